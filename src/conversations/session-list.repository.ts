import { Injectable } from '@nestjs/common';
import { Scope } from '../database/scope.js';
import type { Owner } from './conversations.repository.js';

export interface ListedSession {
  id: string;
  title: string | null;
  last_activity: Date;
  message_count: number;
  unread: number;
  is_pinned: boolean;
  is_archived: boolean;
  head_message_id: string | null;
}

/** `at`: the database's own text of the last activity, to the microsecond. */
export type SessionOfList = ListedSession & { at: string };

export interface ListPage {
  readonly archived: boolean | undefined;
  readonly pinned: boolean | undefined;
  readonly after: { readonly at: string; readonly id: string } | undefined;
  readonly limit: number;
}

/** The newest message of a session that fits a search; none where only its title does. */
export interface SearchHit {
  session_id: string;
  message_id: string | null;
  message_position: number | null;
  content: string | null;
}

const COLUMNS = `s.id, s.title, s.last_activity, s.last_activity::text AS at, s.message_count, s.is_pinned,
  s.is_archived, s.head_message_id, conversations_unread(s) AS unread`;

/** The list of one owner's sessions, newest first. Used within Scope.run, but for `findOne`, a transaction itself. */
@Injectable()
export class SessionListRepository {
  constructor(private readonly scope: Scope) {}

  async findPage(owner: Owner, page: ListPage): Promise<SessionOfList[]> {
    return this.scope.manager.query<SessionOfList[]>(
      `SELECT ${COLUMNS} FROM chat_sessions s
       WHERE s.tenant_id = $1 AND s.user_id = $2 AND s.deleted_at IS NULL
         AND ($3::boolean IS NULL OR s.is_archived = $3) AND ($4::boolean IS NULL OR s.is_pinned = $4)
         ${page.after ? 'AND (s.last_activity, s.id) < ($6::timestamptz, $7)' : ''}
       ORDER BY s.last_activity DESC, s.id DESC LIMIT $5`,
      [
        ...[owner.tenantId, owner.userId, page.archived ?? null, page.pinned ?? null, page.limit],
        ...(page.after ? [page.after.at, page.after.id] : []),
      ],
    );
  }

  /** Sessions with words that begin as those of `text` do, in a shown message or the title. */
  async search(owner: Owner, text: string, page: ListPage): Promise<SearchHit[]> {
    return this.scope.manager.query<SearchHit[]>(
      'SELECT * FROM conversations_search($1, $2, $3, $4, $5, $6, $7, $8)',
      [
        ...[owner.tenantId, owner.userId, text, page.archived ?? null, page.pinned ?? null],
        ...[page.after?.at ?? null, page.after?.id ?? null, page.limit],
      ],
    );
  }

  async findThese(owner: Owner, ids: readonly string[]): Promise<SessionOfList[]> {
    return this.scope.manager.query<SessionOfList[]>(
      `SELECT ${COLUMNS} FROM chat_sessions s
       WHERE s.tenant_id = $1 AND s.user_id = $2 AND s.id = ANY ($3) AND s.deleted_at IS NULL
       ORDER BY s.last_activity DESC, s.id DESC`,
      [owner.tenantId, owner.userId, ids],
    );
  }

  async findOne(owner: Owner, id: string): Promise<ListedSession | undefined> {
    const [row] = await this.scope.call<ListedSession>('conversations_listed', [
      owner.tenantId,
      owner.userId,
      id,
    ]);
    return row;
  }
}
