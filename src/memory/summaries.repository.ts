import { Injectable } from '@nestjs/common';
import type { PastMessage } from '../conversations/conversations.reader.js';
import { Scope } from '../database/scope.js';
import type { AnsweredTurn, BackgroundUsage } from './memory.contract.js';
import type { StoredSummary } from './summary.contract.js';

/** Messages that are looked at after one answer, the newest ones. */
const MOST_MESSAGES = 400;

export interface LiveMessage extends PastMessage {
  readonly id: string;
}

export interface Live {
  /** The message that the stored summary reaches to, of whatever branch. */
  readonly before: string | null;
  /** That summary, where it is one of the branch. */
  readonly kept: unknown;
  /** What was said after it, oldest first. */
  readonly messages: readonly LiveMessage[];
}

/** The summaries of sessions, each one transaction in the scope of their user. */
@Injectable()
export class SummariesRepository {
  constructor(private readonly scope: Scope) {}

  /** Out: undefined where the session is gone or shows another branch. */
  async findLive({ tenantId, userId, sessionId, answerId }: AnsweredTurn): Promise<Live | undefined> {
    const [live] = await this.scope.call<Live>('memory_live', [
      ...[tenantId, userId, sessionId, answerId],
      MOST_MESSAGES,
    ]);
    return live;
  }

  /** In: `before` of what it was made from. Out: whether it was kept; it is not where another one came first. */
  async keep(
    { tenantId, userId, sessionId, runId }: AnsweredTurn,
    before: string | null,
    summary: StoredSummary,
    usage: BackgroundUsage | undefined,
  ): Promise<boolean> {
    const [row] = await this.scope.call<{ is_kept: boolean }>('memory_keep', [
      ...[tenantId, userId, sessionId, runId, before],
      JSON.stringify(summary),
      usage ? JSON.stringify(usage) : null,
    ]);
    return row?.is_kept ?? false;
  }
}
