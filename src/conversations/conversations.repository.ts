import { Injectable } from '@nestjs/common';
import { In, IsNull, LessThan, MoreThan, type QueryDeepPartialEntity } from 'typeorm';
import { Scope } from '../database/scope.js';
import type { ErasedRuns } from './conversations.contract.js';
import type { PastMessage } from './conversations.reader.js';
import { type MessageState, StoredMessage } from './message.entity.js';
import { Session } from './session.entity.js';

export interface Owner {
  readonly tenantId: string;
  readonly userId: string;
}

export interface ListedSession {
  id: string;
  title: string | null;
  last_activity: Date;
  at: string;
  message_count: number;
  unread: number;
  is_pinned: boolean;
  is_archived: boolean;
}

export interface ListPage {
  readonly q: string | undefined;
  readonly after: { readonly at: string; readonly id: string } | undefined;
  readonly limit: number;
}

const VISIBLE: MessageState[] = ['complete', 'partial', 'failed'];

const LISTED = `
  s.id, s.title, s.last_activity, s.last_activity::text AS at, s.message_count, s.is_pinned, s.is_archived,
  (SELECT count(*)::int FROM chat_messages m
   WHERE m.tenant_id = s.tenant_id AND m.user_id = s.user_id AND m.session_id = s.id
     AND m.position > s.last_read_position AND m.is_current AND m.type <> 'user'
     AND m.state IN ('complete', 'partial', 'failed')) AS unread`;

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

  async findListed(owner: Owner, page: ListPage): Promise<ListedSession[]> {
    const values: unknown[] = [owner.tenantId, owner.userId, page.limit];
    const place = (value: unknown): string => `$${values.push(value)}`;
    const conditions = ['s.tenant_id = $1', 's.user_id = $2', 's.deleted_at IS NULL'];
    if (page.after) {
      conditions.push(
        `(s.last_activity, s.id) < (${place(page.after.at)}::timestamptz, ${place(page.after.id)})`,
      );
    }
    if (page.q) {
      const pattern = place(`%${page.q.replace(/[\\%_]/g, '\\$&')}%`);
      conditions.push(`(s.title ILIKE ${pattern} OR EXISTS (
        SELECT FROM chat_messages m WHERE m.tenant_id = s.tenant_id AND m.user_id = s.user_id AND m.session_id = s.id
          AND m.is_current AND m.content ILIKE ${pattern}))`);
    }
    return this.scope.manager.query<ListedSession[]>(
      `SELECT ${LISTED} FROM chat_sessions s WHERE ${conditions.join(' AND ')}
       ORDER BY s.last_activity DESC, s.id DESC LIMIT $3`,
      values,
    );
  }

  async findOneListed(owner: Owner, id: string): Promise<ListedSession | undefined> {
    const [row] = await this.scope.manager.query<ListedSession[]>(
      `SELECT ${LISTED} FROM chat_sessions s
       WHERE s.tenant_id = $1 AND s.user_id = $2 AND s.id = $3 AND s.deleted_at IS NULL`,
      [owner.tenantId, owner.userId, id],
    );
    return row;
  }

  /** Out: whether there was such a session. */
  async update(owner: Owner, id: string, change: QueryDeepPartialEntity<Session>): Promise<boolean> {
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
    return this.scope.call<PastMessage>('conversations_before', [
      owner.tenantId,
      owner.userId,
      sessionId,
      questionId,
      limit,
    ]);
  }

  async analyse(owner: Owner, sessionId: string): Promise<SessionFigures> {
    const [row] = await this.scope.manager.query<SessionFigures[]>(
      `SELECT count(*) FILTER (WHERE type = 'user')::int AS interactions,
         avg((metadata ->> 'processing_time')::float8) FILTER (WHERE type = 'assistant') AS response_time,
         avg(confidence)::float8 AS confidence,
         array_agg(DISTINCT agent_name) FILTER (WHERE agent_name IS NOT NULL) AS agents,
         mode() WITHIN GROUP (ORDER BY agent_name) AS most_used
       FROM chat_messages
       WHERE tenant_id = $1 AND user_id = $2 AND session_id = $3 AND is_current AND state IN ('complete', 'partial', 'failed')`,
      [owner.tenantId, owner.userId, sessionId],
    );
    return row ?? { interactions: 0, response_time: null, confidence: null, agents: null, most_used: null };
  }
}

export interface SessionFigures {
  interactions: number;
  response_time: number | null;
  confidence: number | null;
  agents: string[] | null;
  most_used: string | null;
}

function only(owner: Owner): Owner {
  return { tenantId: owner.tenantId, userId: owner.userId };
}
