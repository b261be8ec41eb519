import { Injectable } from '@nestjs/common';
import type { Principal } from '../auth/principal.js';
import type { PastMessage } from '../conversations/conversations.reader.js';
import { GroupCommit } from '../database/group-commit.js';
import type { ShownFacts } from '../memory/memory.contract.js';
import { Scope, userScope } from '../database/scope.js';
import type { ClaimTerms } from '../runs/runs.contract.js';

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
  /** Puts the question under `parentId` (null: at the root of the conversation), not under the newest message. */
  readonly branch: boolean;
  readonly parentId: string | null;
  readonly context: Record<string, unknown>;
  readonly request: object;
  /** Claims the run at once where nothing else is open in its session. */
  readonly claim: ClaimTerms | undefined;
  /** How many answers the user may have under way or waiting, this one included. */
  readonly maxOpen: number;
  /** Earlier messages to bring along where the run is claimed, at most. */
  readonly history: number;
}

export interface AcceptRow {
  outcome: 'new' | 'known' | 'conflict' | 'session_deleted' | 'parent_missing' | 'too_many_open';
  session_id: string;
  run_id: string;
  question_id: string;
  answer_id: string;
  question_position: number;
  /** ISO 8601. */
  asked_at: string;
  parent_id: string | null;
  length: number;
  /** Only with the outcome `new`. */
  claimed?: boolean;
  history?: PastMessage[];
  /** Of the branch; null where there is none. */
  summary?: unknown;
  /** What is remembered of the user; of a claimed run only, and not from a node of the version before. */
  facts?: ShownFacts | null;
  /** Of the session, with that of the question. */
  context?: Record<string, unknown>;
}

type Owned = AcceptInput & { readonly principal: Principal };

export interface EndInput {
  readonly runId: string;
  readonly epoch: number;
  readonly state: string;
  readonly error: object | null;
  readonly events: readonly { readonly seq: number; readonly body: object }[];
  readonly answer: object;
  readonly usage: object;
}

export interface EndRow {
  readonly ended: boolean;
  readonly next_run?: string | null;
}

export interface RetryRow {
  outcome: 'new' | 'known' | 'missing' | 'not_retriable' | 'too_many_open';
  run_id: string;
  session_id: string;
}

export interface RetryInput {
  readonly runId: string;
  readonly newRunId: string;
  readonly newAnswerId: string;
  /** How many answers the user may have under way or waiting, this one included. */
  readonly maxOpen: number;
}

export interface RegenerateInput {
  readonly messageId: string;
  readonly runId: string;
  readonly answerId: string;
  /** How many answers the user may have under way or waiting, this one included. */
  readonly maxOpen: number;
}

export interface RegenerateRow {
  outcome: 'new' | 'known' | 'missing' | 'busy' | 'too_many_open';
  run_id: string;
  session_id: string;
  answer_id: string;
}

/**
 * The transactions that span conversations, runs and usage, each one SQL function: accept, retry, regenerate, end.
 * Accepting and ending are group commits.
 */
@Injectable()
export class ChatRepository {
  private readonly accepts: GroupCommit<Owned, AcceptRow>;
  private readonly ends: GroupCommit<EndInput, EndRow>;

  constructor(private readonly scope: Scope) {
    this.accepts = new GroupCommit((items) => this.acceptAll(items));
    this.ends = new GroupCommit((items) => this.endAll(items));
  }

  /** Stores a question with its run, or finds the one that was stored under the same client id. */
  async accept(principal: Principal, input: AcceptInput): Promise<AcceptRow> {
    return this.accepts.add({ ...input, principal });
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
  async retry(principal: Principal, input: RetryInput): Promise<RetryRow> {
    const [row] = await this.scope.call<RetryRow>('chat_retry', [
      principal.tenantId,
      principal.userId,
      input.runId,
      input.newRunId,
      input.newAnswerId,
      JSON.stringify(identityOf(principal)),
      input.maxOpen,
    ]);
    return row as RetryRow;
  }

  /** Queues a run for a new answer beside the one that a question has. */
  async regenerate(principal: Principal, input: RegenerateInput): Promise<RegenerateRow> {
    const [row] = await this.scope.call<RegenerateRow>('chat_regenerate', [
      principal.tenantId,
      principal.userId,
      input.messageId,
      input.runId,
      input.answerId,
      JSON.stringify(identityOf(principal)),
      input.maxOpen,
    ]);
    return row as RegenerateRow;
  }

  /** Writes answer, last events, state and usage of a run, unless its lease was lost. */
  async end(input: EndInput): Promise<EndRow> {
    return this.ends.add(input);
  }

  private async acceptAll(items: readonly Owned[]): Promise<AcceptRow[]> {
    const rows = await this.scope.call<{ chat_accept_all: AcceptRow & { number: number } }>(
      'chat_accept_all',
      [JSON.stringify(items.map(toAcceptItem))],
    );
    return rows.map((row) => row.chat_accept_all).sort((a, b) => a.number - b.number);
  }

  private async endAll(items: readonly EndInput[]): Promise<EndRow[]> {
    const rows = await this.scope.call<{ chat_end_all: EndRow }>('chat_end_all', [
      JSON.stringify(items.map(({ runId, ...rest }) => ({ run_id: runId, ...rest }))),
    ]);
    return rows.map((row) => row.chat_end_all);
  }
}

function toAcceptItem({ principal, claim, ...input }: Owned): object {
  return {
    tenant_id: principal.tenantId,
    user_id: principal.userId,
    role: principal.role,
    session_id: input.sessionId,
    session_given: input.sessionGiven,
    run_id: input.runId,
    question_id: input.questionId,
    answer_id: input.answerId,
    content: input.content,
    title: input.title,
    client_message_id: input.clientMessageId,
    client_hash: input.clientHash,
    branch: input.branch,
    parent_id: input.parentId,
    context: input.context,
    principal: identityOf(principal),
    request: input.request,
    owner: claim?.owner ?? null,
    lease_ms: claim?.leaseMs ?? null,
    history: input.history,
    max_open: input.maxOpen,
  };
}

/** What a run keeps of who asked; never the token. */
function identityOf({ tenantId, userId, role, email }: Principal): Omit<Principal, 'token'> {
  return { tenantId, userId, role, email };
}
