import { Injectable, Logger } from '@nestjs/common';
import { newId } from '../common/ids.js';
import { Scope, userScope } from '../database/scope.js';
import { AuditRepository } from './audit.repository.js';

/** Who acted: every principal is one. */
export interface AuditActor {
  readonly tenantId: string;
  readonly userId: string;
}

export type AuditOutcome = 'allowed' | 'refused' | 'failed';

/** Figures and names only: never the text of a message, never a token. */
export type AuditDetails = Readonly<Record<string, string | number | boolean | null>>;

export interface AuditRecord {
  /** What was done or tried, as `noun.verb` (`session.export`). */
  readonly action: string;
  readonly outcome: AuditOutcome;
  /** The id of what it was done to. */
  readonly subject?: string;
  readonly details?: AuditDetails;
  readonly requestId?: string;
}

const MAX_TEXT = 200;

/** The append-only record of refusals, approvals, exports, erasures and administrators' reads. */
@Injectable()
export class AuditService {
  private readonly logger = new Logger('audit');

  constructor(
    private readonly scope: Scope,
    private readonly entries: AuditRepository,
  ) {}

  /**
   * Writes one entry in the scope of the user who acted, in a transaction of its own.
   * Never throws: an entry that cannot be written is logged, without its details.
   */
  async record(actor: AuditActor, record: AuditRecord): Promise<void> {
    try {
      await this.scope.run(userScope(actor), () => this.recordWithin(actor, record));
    } catch (error) {
      const { action, outcome, requestId } = record;
      this.logger.error(
        { err: error, action, outcome, request_id: requestId },
        'an audit entry was not written',
      );
    }
  }

  /** Writes one entry in the transaction that runs, in the scope of the user who acted: both or neither. */
  async recordWithin(actor: AuditActor, record: AuditRecord): Promise<void> {
    await this.entries.add({
      id: newId(),
      tenantId: actor.tenantId,
      userId: actor.userId,
      action: record.action,
      outcome: record.outcome,
      subject: record.subject?.slice(0, MAX_TEXT) ?? null,
      details: shortened(record.details ?? {}),
      requestId: record.requestId ?? null,
    });
  }
}

function shortened(details: AuditDetails): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(details).map(([key, value]) => [
      key,
      typeof value === 'string' ? value.slice(0, MAX_TEXT) : value,
    ]),
  );
}
