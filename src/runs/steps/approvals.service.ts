import { Injectable } from '@nestjs/common';
import { AuditService } from '../../audit/audit.service.js';
import { forbidden } from '../../auth/auth.errors.js';
import type { Principal } from '../../auth/principal.js';
import { AppError } from '../../common/errors/app-error.js';
import { Scope, userScope } from '../../database/scope.js';
import { RunWorker } from '../run-worker.js';
import { RunErrors, runNotFound } from '../runs.errors.js';
import type { DecisionState } from './steps.contract.js';
import { type DecideRow, StepsRepository } from './steps.repository.js';

export interface Decision {
  readonly approvalId: string;
  readonly approved: boolean;
  readonly comment?: string | undefined;
}

/** What people decide on steps that runs wait for. The first decision counts, on whatever device and node. */
@Injectable()
export class RunApprovals {
  constructor(
    private readonly scope: Scope,
    private readonly steps: StepsRepository,
    private readonly worker: RunWorker,
    private readonly audit: AuditService,
  ) {}

  /**
   * Decides, records it, and lets the run go on, in one transaction. Out: what is decided. The same again changes
   * nothing. Throws AUTH_FORBIDDEN (readonly), CHAT_RUN_NOT_FOUND, CHAT_APPROVAL_NOT_FOUND, CHAT_APPROVAL_DECIDED,
   * CHAT_APPROVAL_EXPIRED.
   */
  async decide(principal: Principal, runId: string, decision: Decision): Promise<DecisionState> {
    if (principal.role === 'readonly') throw forbidden();
    const row = await this.scope.run(userScope(principal), () => this.store(principal, runId, decision));
    if (!row) throw runNotFound();
    if (row.outcome === 'decided' || row.outcome === 'expired') this.worker.wake(runId);
    return decided(row);
  }

  private async store(
    principal: Principal,
    runId: string,
    { approvalId, approved, comment }: Decision,
  ): Promise<DecideRow | undefined> {
    const row = await this.steps.decide(principal, runId, {
      approvalId,
      state: approved ? 'approved' : 'refused',
      comment: comment ?? null,
    });
    if (row?.outcome === 'decided') {
      await this.audit.recordWithin(principal, {
        action: 'approval.decide',
        outcome: approved ? 'allowed' : 'refused',
        subject: runId,
        details: { tool: row.tool, approval_id: approvalId },
      });
    }
    return row;
  }
}

function decided({ outcome, state }: DecideRow): DecisionState {
  if (outcome === 'decided' || outcome === 'known') return state;
  if (outcome === 'unknown') {
    throw new AppError(
      RunErrors.CHAT_APPROVAL_NOT_FOUND,
      'This answer never asked for that approval. Load the conversation again to see what it waits for.',
    );
  }
  if (state === 'expired') {
    throw new AppError(
      RunErrors.CHAT_APPROVAL_EXPIRED,
      'The time for this decision is over; the answer went on without it. Ask again if it is still wanted.',
    );
  }
  throw new AppError(RunErrors.CHAT_APPROVAL_DECIDED, `This was ${state} before; nothing was changed.`);
}
