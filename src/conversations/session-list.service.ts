import { Injectable } from '@nestjs/common';
import type { Principal } from '../auth/principal.js';
import { validationError } from '../common/errors/validation.js';
import { Scope, userScope } from '../database/scope.js';
import type { ListQuery, SearchMatch, SessionList, SessionSummary } from './conversations.contract.js';
import { sessionNotFound } from './conversations.service.js';
import { snippetOf } from './search-match.js';
import { decodeCursor, encodeCursor } from './session-cursor.js';
import {
  type ListedSession,
  type ListPage,
  type SearchHit,
  SessionListRepository,
  type SessionOfList,
} from './session-list.repository.js';

type Owner = Pick<Principal, 'tenantId' | 'userId'>;
type Listed = SessionOfList & { readonly match?: SearchMatch };

/** The list of a user's sessions: newest first, searched, and each for itself. */
@Injectable()
export class SessionListService {
  constructor(
    private readonly repository: SessionListRepository,
    private readonly scope: Scope,
  ) {}

  /** One page of the caller's sessions, newest first; `q` searches titles and messages. */
  async list(principal: Principal, query: ListQuery): Promise<SessionList> {
    const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor);
    if (after === null)
      throw validationError([{ path: ['cursor'], message: 'is not a next_cursor of this list' }]);
    const { q, pinned, limit } = query;
    const archived = query.archived ?? (q === undefined ? false : undefined);
    const page: ListPage = { archived, pinned, after, limit: limit + 1 };
    const rows: Listed[] = await this.scope.run(userScope(principal), () =>
      q === undefined ? this.repository.findPage(principal, page) : this.search(principal, q, page),
    );
    const last = rows.slice(0, limit).at(-1);
    return {
      sessions: rows
        .slice(0, limit)
        .map((row) => ({ ...toSummary(row), ...(row.match ? { match: row.match } : {}) })),
      ...(rows.length > limit && last ? { next_cursor: encodeCursor(last) } : {}),
    };
  }

  /** Throws CHAT_SESSION_NOT_FOUND. */
  async summary(owner: Owner, sessionId: string): Promise<SessionSummary> {
    const row = await this.repository.findOne(owner, sessionId);
    if (!row) throw sessionNotFound();
    return toSummary(row);
  }

  private async search(owner: Owner, text: string, page: ListPage): Promise<Listed[]> {
    const hits = await this.repository.search(owner, text, page);
    const matches = new Map(hits.map((hit) => [hit.session_id, toMatch(hit, text)]));
    const rows = await this.repository.findThese(owner, [...matches.keys()]);
    return rows.map((row) => {
      const match = matches.get(row.id);
      return match ? { ...row, match } : row;
    });
  }
}

function toMatch(hit: SearchHit, text: string): SearchMatch | undefined {
  const { message_id: id, message_position: position, content } = hit;
  if (id === null || position === null) return undefined;
  const { snippet, marks } = snippetOf(content ?? '', text);
  return { message_id: id, position, snippet, marks: marks.map(([at, length]) => [at, length]) };
}

function toSummary(row: ListedSession): SessionSummary {
  return {
    id: row.id,
    title: row.title,
    last_activity: row.last_activity.toISOString(),
    message_count: row.message_count,
    unread: row.unread,
    is_pinned: row.is_pinned,
    is_archived: row.is_archived,
    head_message_id: row.head_message_id,
  };
}
