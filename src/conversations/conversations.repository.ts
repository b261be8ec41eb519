import { Injectable } from '@nestjs/common';
import { In, IsNull, LessThan, MoreThan } from 'typeorm';
import { Scope } from '../database/scope.js';
import type { ErasedRuns } from './conversations.contract.js';
import type { PastMessage } from './conversations.reader.js';
import { type MessageState, StoredMessage } from './message.entity.js';
import type { Branch } from './branches.js';
import { Session } from './session.entity.js';

export interface Owner {
  readonly tenantId: string;
  readonly userId: string;
}

/** What a user changes of a session. */
export type SessionChange = Partial<Pick<Session, 'title' | 'isPinned' | 'isArchived' | 'lastReadPosition'>>;

const VISIBLE: MessageState[] = ['complete', 'partial', 'failed'];

/** Sessions and messages of one owner. Used within Scope.run, but for `findBefore`, which is a transaction itself. */
@Injectable()
export class ConversationsRepository {
  constructor(private readonly scope: Scope) {}

  async findSession(owner: Owner, id: string): Promise<Session | null> {
    return this.scope.manager.findOneBy(Session, { ...only(owner), id, deletedAt: IsNull() });
  }

  /** Messages of the branch that is shown, oldest first, the newest `limit` before a position. */
  async findPage(
    owner: Owner,
    sessionId: string,
    limit: number,
    before: number | undefined,
  ): Promise<StoredMessage[]> {
    const rows = await this.scope.manager.find(StoredMessage, {
      where: {
        ...only(owner),
        sessionId,
        isCurrent: true,
        state: In(VISIBLE),
        ...(before === undefined ? {} : { position: LessThan(before) }),
      },
      order: { position: 'DESC' },
      take: limit,
    });
    return rows.reverse();
  }

  /** Messages of the branch that is shown, oldest first, the first `limit` after a position. */
  async findPageAfter(
    owner: Owner,
    sessionId: string,
    position: number,
    limit: number,
  ): Promise<StoredMessage[]> {
    return this.scope.manager.find(StoredMessage, {
      where: { ...only(owner), sessionId, isCurrent: true, state: In(VISIBLE), position: MoreThan(position) },
      order: { position: 'ASC' },
      take: limit,
    });
  }

  async findMessage(owner: Owner, id: string): Promise<StoredMessage | null> {
    return this.scope.manager.findOneBy(StoredMessage, { ...only(owner), id, state: In(VISIBLE) });
  }

  /** Messages beside those that are shown: not shown themselves, and following the same message as one of these. */
  async findBranchesAt(owner: Owner, sessionId: string, shown: readonly StoredMessage[]): Promise<Branch[]> {
    const parents = shown.flatMap(({ parentId }) => parentId ?? []);
    const atRoot = shown.some(({ parentId }) => parentId === null);
    return this.scope.manager.query<Branch[]>(
      `SELECT id, parent_id AS "parentId", type, position FROM chat_messages
       WHERE tenant_id = $1 AND user_id = $2 AND session_id = $3 AND NOT is_current
         AND (parent_id = ANY ($4::uuid[]) OR ($5 AND parent_id IS NULL)) AND state = ANY ($6)`,
      [owner.tenantId, owner.userId, sessionId, parents, atRoot, VISIBLE],
    );
  }

  /** Shows the branch through a message. Out: `busy` where an answer of the session is under way. */
  async choose(owner: Owner, sessionId: string, messageId: string): Promise<'chosen' | 'missing' | 'busy'> {
    const [row] = await this.scope.manager.query<[{ outcome: 'chosen' | 'missing' | 'busy' }]>(
      'SELECT outcome FROM conversations_choose($1, $2, $3, $4)',
      [owner.tenantId, owner.userId, sessionId, messageId],
    );
    return row.outcome;
  }

  /** Out: whether there was such a session. */
  async update(owner: Owner, id: string, change: SessionChange): Promise<boolean> {
    const result = await this.scope.manager.update(
      Session,
      { ...only(owner), id, deletedAt: IsNull() },
      change,
    );
    return result.affected === 1;
  }

  /** Empties a session and leaves its tombstone. Out: its runs that were open; undefined where there is none. */
  async erase(owner: Owner, id: string): Promise<ErasedRuns | undefined> {
    const names = [owner.tenantId, owner.userId, id];
    const { manager } = this.scope;
    await manager.query(
      `SELECT FROM chat_sessions WHERE tenant_id = $1 AND user_id = $2 AND id = $3 FOR NO KEY UPDATE`,
      names,
    );
    const left = await manager.query<ErasedRuns['left'][number][]>(
      `SELECT id, backend_ref AS "backendRef" FROM chat_runs
       WHERE tenant_id = $1 AND user_id = $2 AND session_id = $3 AND state IN ('queued', 'awaiting_approval')
         AND backend_ref IS NOT NULL
       ORDER BY id FOR NO KEY UPDATE`,
      names,
    );
    const [row] = await manager.query<{ erased: boolean; open_runs: string[] }[]>(
      'SELECT * FROM chat_erase_session($1, $2, $3)',
      names,
    );
    return row?.erased ? { open: row.open_runs, left } : undefined;
  }

  /** Messages before a question on its own branch, oldest first. */
  async findBefore(
    owner: Owner,
    sessionId: string,
    questionId: string,
    limit: number,
  ): Promise<PastMessage[]> {
    return this.scope.call<PastMessage>('conversations_past', [
      owner.tenantId,
      owner.userId,
      sessionId,
      questionId,
      limit,
    ]);
  }

  /** The session's summary where the message that it reaches to lies before a question on its branch. */
  async findSummaryBefore(owner: Owner, sessionId: string, questionId: string): Promise<unknown> {
    const [row] = await this.scope.call<{ summary: unknown }>('conversations_summary', [
      owner.tenantId,
      owner.userId,
      sessionId,
      questionId,
    ]);
    return row?.summary ?? null;
  }

  /** Figures of the branch that is shown, over its newest messages, so that a long session costs no more. */
  async analyse(owner: Owner, sessionId: string): Promise<SessionFigures> {
    const [row] = await this.scope.manager.query<[SessionFigures]>(
      `SELECT count(*)::int AS messages, count(*) FILTER (WHERE type = 'user')::int AS interactions,
         avg(seconds) FILTER (WHERE type = 'assistant') AS response_time, avg(confidence)::float8 AS confidence,
         array_agg(DISTINCT agent_name) FILTER (WHERE agent_name IS NOT NULL) AS agents,
         mode() WITHIN GROUP (ORDER BY agent_name) AS most_used
       FROM (
         SELECT type, agent_name, confidence, (metadata ->> 'processing_time')::float8 AS seconds FROM chat_messages
         WHERE tenant_id = $1 AND user_id = $2 AND session_id = $3 AND is_current AND state = ANY ($4)
         ORDER BY position DESC LIMIT $5) newest`,
      [owner.tenantId, owner.userId, sessionId, VISIBLE, MOST_ANALYSED],
    );
    return row;
  }
}

/** Messages of a session that its figures look at; see `SessionFigures.messages`. */
export const MOST_ANALYSED = 1000;

export interface SessionFigures {
  /** How many messages were looked at: MOST_ANALYSED where the session has more. */
  messages: number;
  /** Questions among them. */
  interactions: number;
  response_time: number | null;
  confidence: number | null;
  agents: string[] | null;
  most_used: string | null;
}

function only(owner: Owner): Owner {
  return { tenantId: owner.tenantId, userId: owner.userId };
}
