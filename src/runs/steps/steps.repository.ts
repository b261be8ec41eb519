import { Injectable } from '@nestjs/common';
import { cleanJson } from '../../common/clean-json.js';
import { Scope } from '../../database/scope.js';
import type { ClaimedRun, SessionRef } from '../runs.contract.js';
import type { LoggedBody } from '../runs.ports.js';
import type {
  DecidedStep,
  DecisionState,
  PendingApproval,
  ProposedStep,
  Resumption,
  ShownSoFar,
  StepCall,
  StepOutcome,
} from './steps.contract.js';

type Owner = Pick<SessionRef, 'tenantId' | 'userId'>;
type Held = Pick<ClaimedRun, 'id' | 'epoch'>;

/** `stopped`: somebody wants the run ended. `repeated`: the run had this step before. Neither changed anything. */
export type PauseOutcome = 'paused' | 'stopped' | 'repeated' | 'lost';

/** `expired`: the decision came too late and the run goes on without. `conflict`: it was decided otherwise before. */
export interface DecideRow {
  readonly outcome: 'decided' | 'known' | 'conflict' | 'expired' | 'unknown';
  readonly state: DecisionState;
  readonly tool: string;
}

interface StepRow {
  step: string;
  approval_id: string;
  tool: string;
  arguments: Record<string, unknown>;
  state: DecisionState;
  comment: string | null;
  shown: ShownSoFar;
}

/** The steps of runs: proposed, decided, begun, done. */
@Injectable()
export class StepsRepository {
  constructor(private readonly scope: Scope) {}

  /** Puts a step before a person and lets go of the run, with the last events of its epoch. */
  async pause(
    run: Held,
    step: PendingApproval,
    shown: ShownSoFar,
    events: readonly LoggedBody[],
  ): Promise<PauseOutcome> {
    const [row] = await this.scope.call<{ runs_pause: PauseOutcome }>('runs_pause', [
      run.id,
      run.epoch,
      JSON.stringify({
        step: step.step,
        approval_id: step.approvalId,
        tool: step.tool,
        arguments: step.arguments,
        expires_at: step.expiresAt.toISOString(),
      }),
      JSON.stringify(cleanJson(shown)),
      JSON.stringify(events),
    ]);
    return row?.runs_pause ?? 'lost';
  }

  /** With what a run goes on; undefined for one that never waited. */
  async findResumption(runId: string): Promise<Resumption | undefined> {
    const [row] = await this.scope.call<StepRow>('runs_resumption', [runId]);
    return row && toResumption(row);
  }

  /** What a run waits for. Only inside `Scope.run`. */
  async findPending(runId: string): Promise<PendingApproval | undefined> {
    const [row] = await this.scope.manager.query<(StepRow & { expires_at: Date })[]>(
      `SELECT step, approval_id, tool, arguments, expires_at FROM chat_run_steps
       WHERE run_id = $1 AND state = 'proposed'`,
      [runId],
    );
    return row && { ...toProposed(row), expiresAt: row.expires_at };
  }

  /**
   * Decides what a run of the owner's waits for, and queues the run; undefined for a run that is not the owner's.
   * Only inside `Scope.run`.
   */
  async decide(
    owner: Owner,
    runId: string,
    decision: Pick<DecidedStep, 'approvalId' | 'state' | 'comment'>,
  ): Promise<DecideRow | undefined> {
    const [row] = await this.scope.manager.query<DecideRow[]>(
      'SELECT * FROM runs_decide($1, $2, $3, $4, $5, $6)',
      [owner.tenantId, owner.userId, runId, decision.approvalId, decision.state, decision.comment],
    );
    return row;
  }

  /** Queues runs whose time for a decision is over; returns them. */
  async expire(limit: number): Promise<string[]> {
    const rows = await this.scope.call<{ runs_expire: string }>('runs_expire', [limit]);
    return rows.map((row) => row.runs_expire);
  }

  async begin(
    run: Held,
    step: string,
    call: StepCall,
  ): Promise<{ outcome: 'begun' | 'done' | 'unknown' | 'barred' | 'lost'; result: unknown } | undefined> {
    const args = JSON.stringify(cleanJson(call.arguments ?? {}));
    const [row] = await this.scope.call<{ outcome: 'lost'; result: unknown }>('runs_step_begin', [
      run.id,
      run.epoch,
      step,
      call.tool,
      args,
    ]);
    return row;
  }

  /** Out: false where the run is not in this epoch any more. */
  async end(run: Held, step: string, { ok, result }: StepOutcome): Promise<boolean> {
    const [row] = await this.scope.call<{ ended: boolean }>('runs_step_end', [
      run.id,
      run.epoch,
      step,
      ok ? 'done' : 'failed',
      JSON.stringify(cleanJson(result ?? null)),
    ]);
    return row?.ended ?? false;
  }
}

function toProposed(row: StepRow): ProposedStep {
  return { approvalId: row.approval_id, step: row.step, tool: row.tool, arguments: row.arguments };
}

function toResumption(row: StepRow): Resumption {
  const { state, comment } = row;
  const parts = row.shown.parts.map((part) => {
    const { type, approval_id: id } = part as { type?: string; approval_id?: string };
    return type === 'approval' && id === row.approval_id ? { ...(part as object), state } : part;
  });
  return { decision: { ...toProposed(row), state, comment }, shown: { ...row.shown, parts } };
}
