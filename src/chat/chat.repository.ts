import { Injectable } from '@nestjs/common';
import type { Principal } from '../auth/principal.js';
import { Scope, userScope } from '../database/scope.js';

export interface AcceptInput {
  readonly sessionId: string;
  readonly sessionGiven: boolean;
  readonly runId: string;
  readonly questionId: string;
  readonly answerId: string;
  readonly content: string;
  readonly title: string;
  readonly clientMessageId: string | null;
  readonly clientHash: string | null;
  readonly parentId: string | null;
  readonly context: Record<string, unknown>;
  readonly metadata: Record<string, unknown>;
  readonly request: Record<string, unknown>;
}

export interface AcceptRow {
  outcome: 'new' | 'known' | 'conflict' | 'session_deleted' | 'parent_missing';
  session_id: string;
  run_id: string;
  question_id: string;
  answer_id: string;
  question_position: number;
  asked_at: Date;
  parent_id: string | null;
  length: number;
}

export interface EndInput {
  readonly runId: string;
  readonly epoch: number;
  readonly state: string;
  readonly error: object | null;
  readonly events: readonly { readonly seq: number; readonly body: object }[];
  readonly answer: object;
  readonly usage: object;
}

export interface RetryRow {
  outcome: 'new' | 'known' | 'missing' | 'not_retriable';
  run_id: string;
  session_id: string;
}

/** The transactions that span conversations, runs and usage, each one SQL function: accept, retry, end. */
@Injectable()
export class ChatRepository {
  constructor(private readonly scope: Scope) {}

  /** Stores a question with its run, or finds the one that was stored under the same client id. */
  async accept(principal: Principal, input: AcceptInput): Promise<AcceptRow> {
    const [row] = await this.scope.call<AcceptRow>('chat_accept', [
      principal.tenantId,
      principal.userId,
      principal.role,
      input.sessionId,
      input.sessionGiven,
      input.runId,
      input.questionId,
      input.answerId,
      input.content,
      input.title,
      input.clientMessageId,
      input.clientHash,
      input.parentId,
      JSON.stringify(input.context),
      JSON.stringify(input.metadata),
      identityOf(principal),
      JSON.stringify(input.request),
    ]);
    return row as AcceptRow;
  }

  /** Whether a message of this user was accepted under this client id. */
  async isKnown(principal: Principal, clientMessageId: string): Promise<boolean> {
    return this.scope.run(userScope(principal), async () => {
      const rows = await this.scope.manager.query<unknown[]>(
        'SELECT FROM chat_messages WHERE tenant_id = $1 AND user_id = $2 AND client_message_id = $3',
        [principal.tenantId, principal.userId, clientMessageId],
      );
      return rows.length > 0;
    });
  }

  /** Queues a new run for the question of a failed, cancelled or interrupted one. */
  async retry(principal: Principal, runId: string, newRunId: string, newAnswerId: string): Promise<RetryRow> {
    const [row] = await this.scope.call<RetryRow>('chat_retry', [
      principal.tenantId,
      principal.userId,
      runId,
      newRunId,
      newAnswerId,
      identityOf(principal),
    ]);
    return row as RetryRow;
  }

  /** Writes answer, last events, state and usage of a run, unless its lease was lost. */
  async end(input: EndInput): Promise<{ ended: boolean; next_run: string | null }> {
    const [row] = await this.scope.call<{ ended: boolean; next_run: string | null }>('chat_end', [
      input.runId,
      input.epoch,
      input.state,
      input.error === null ? null : JSON.stringify(input.error),
      input.events.map((event) => event.seq),
      input.events.map((event) => JSON.stringify(event.body)),
      JSON.stringify(input.answer),
      JSON.stringify(input.usage),
    ]);
    return row ?? { ended: false, next_run: null };
  }
}

/** What a run keeps of who asked; never the token. */
function identityOf({ tenantId, userId, role, email }: Principal): string {
  return JSON.stringify({ tenantId, userId, role, email });
}
