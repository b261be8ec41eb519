import { Injectable } from '@nestjs/common';
import type { Principal } from '../auth/principal.js';
import { AppError } from '../common/errors/app-error.js';
import { ChatConfig } from '../config/config.js';
import { Scope, userScope } from '../database/scope.js';
import type {
  ErasedRuns,
  HistoryQuery,
  SessionAnalytics,
  SessionView,
  UpdateSession,
} from './conversations.contract.js';
import { ConversationErrors } from './conversations.errors.js';
import { ConversationsReader, type PastMessage } from './conversations.reader.js';
import { withBranches } from './branches.js';
import {
  ConversationsRepository,
  MOST_ANALYSED,
  type SessionChange,
  type SessionFigures,
} from './conversations.repository.js';
import { type Message, toMessageView } from './message.contract.js';
import type { StoredMessage } from './message.entity.js';
import type { Session } from './session.entity.js';
import type { SessionExport } from './session-export.js';

export interface History {
  readonly session: SessionView;
  readonly message_count: number;
  readonly last_activity: string;
  readonly analytics: SessionAnalytics;
}

/** Sessions and messages: kept, found again, renamed, erased. Every call acts in the caller's own namespace. */
@Injectable()
export class ConversationsService extends ConversationsReader {
  constructor(
    private readonly repository: ConversationsRepository,
    private readonly scope: Scope,
    private readonly config: ChatConfig,
  ) {
    super();
  }

  messagesBefore(
    principal: Principal,
    sessionId: string,
    questionId: string,
    limit: number,
  ): Promise<PastMessage[]> {
    return this.repository.findBefore(principal, sessionId, questionId, limit);
  }

  /** The summary that is kept of a session, where it reaches to a message before a question on its branch; else null. */
  summaryBefore(principal: Principal, sessionId: string, questionId: string): Promise<unknown> {
    return this.repository.findSummaryBefore(principal, sessionId, questionId);
  }

  /** One page of a session, newest last. Throws CHAT_SESSION_NOT_FOUND. */
  async history(principal: Principal, sessionId: string, query: HistoryQuery): Promise<History> {
    return this.scope.run(userScope(principal), async () => {
      const session = await this.repository.findSession(principal, sessionId);
      if (!session) throw sessionNotFound();
      const messages = await this.repository.findPage(principal, sessionId, query.limit, query.before);
      const figures = await this.repository.analyse(principal, sessionId);
      return {
        session: toSessionView(
          session,
          await this.shown(principal, sessionId, messages),
          this.config.idleAfter,
        ),
        message_count: session.messageCount,
        last_activity: session.lastActivity.toISOString(),
        analytics: toAnalytics(figures, session),
      };
    });
  }

  /**
   * Changes title, pin, archive, the read mark or the branch that is shown.
   * Throws CHAT_SESSION_NOT_FOUND; CHAT_MESSAGE_NOT_FOUND and CHAT_SESSION_BUSY (head_message_id).
   */
  async update(principal: Principal, sessionId: string, change: UpdateSession): Promise<void> {
    await this.scope.run(userScope(principal), async () => {
      const fields = toColumns(change);
      const found =
        Object.keys(fields).length > 0
          ? await this.repository.update(principal, sessionId, fields)
          : await this.repository.findSession(principal, sessionId);
      if (!found) throw sessionNotFound();
      if (change.head_message_id !== undefined)
        await this.choose(principal, sessionId, change.head_message_id);
    });
  }

  private async choose(principal: Principal, sessionId: string, messageId: string): Promise<void> {
    const outcome = await this.repository.choose(principal, sessionId, messageId);
    if (outcome === 'missing') throw messageNotFound();
    if (outcome === 'busy') throw sessionBusy();
  }

  /** Erases a session; its id stays dead. Out: its runs that were open. Throws CHAT_SESSION_NOT_FOUND. */
  async erase(principal: Principal, sessionId: string): Promise<ErasedRuns> {
    const runs = await this.scope.run(userScope(principal), () =>
      this.repository.erase(principal, sessionId),
    );
    if (!runs) throw sessionNotFound();
    return runs;
  }

  async findMessage(owner: Pick<Principal, 'tenantId' | 'userId'>, id: string): Promise<Message | undefined> {
    const message = await this.scope.run(userScope(owner), () => this.repository.findMessage(owner, id));
    return message ? toMessageView(message) : undefined;
  }

  /**
   * The branch that is shown, read page by page while somebody takes the messages, never whole.
   * Throws CHAT_SESSION_NOT_FOUND.
   */
  async export(principal: Principal, sessionId: string): Promise<SessionExport> {
    const session = await this.scope.run(userScope(principal), () =>
      this.repository.findSession(principal, sessionId),
    );
    if (!session) throw sessionNotFound();
    const { messages: _, ...head } = toSessionView(session, [], this.config.idleAfter);
    return { session: head, messages: this.messagesOf(principal, sessionId) };
  }

  private async shown(
    principal: Principal,
    sessionId: string,
    messages: readonly StoredMessage[],
  ): Promise<Message[]> {
    const beside = await this.repository.findBranchesAt(principal, sessionId, messages);
    return withBranches(messages.map(toMessageView), beside);
  }

  private async *messagesOf(principal: Principal, sessionId: string): AsyncGenerator<Message> {
    let position = 0;
    for (;;) {
      const page = await this.scope.run(userScope(principal), async () =>
        this.shown(
          principal,
          sessionId,
          await this.repository.findPageAfter(principal, sessionId, position, EXPORT_PAGE),
        ),
      );
      yield* page;
      if (page.length < EXPORT_PAGE) return;
      position = page.at(-1)?.position ?? position;
    }
  }
}

/** Messages that an export holds in memory at once. */
const EXPORT_PAGE = 50;

export function sessionNotFound(): AppError {
  return new AppError(
    ConversationErrors.CHAT_SESSION_NOT_FOUND,
    'There is no such conversation. It may have been deleted; start a new one.',
  );
}

export function messageNotFound(): AppError {
  return new AppError(
    ConversationErrors.CHAT_MESSAGE_NOT_FOUND,
    'There is no such message in your conversations.',
  );
}

export function sessionBusy(): AppError {
  return new AppError(
    ConversationErrors.CHAT_SESSION_BUSY,
    'An answer of this conversation is under way. Wait until it ends, or stop it first.',
  );
}

function toSessionView(session: Session, messages: Message[], idleAfter: number): SessionView {
  return {
    id: session.id,
    user_id: session.userId,
    tenant_id: session.tenantId,
    role: session.role,
    title: session.title,
    messages,
    created_at: session.createdAt.toISOString(),
    last_activity: session.lastActivity.toISOString(),
    context: session.context,
    is_active: Date.now() - session.lastActivity.getTime() < idleAfter,
  };
}

function toColumns(change: UpdateSession): SessionChange {
  return {
    ...(change.title === undefined ? {} : { title: change.title }),
    ...(change.is_pinned === undefined ? {} : { isPinned: change.is_pinned }),
    ...(change.is_archived === undefined ? {} : { isArchived: change.is_archived }),
    ...(change.last_read_position === undefined ? {} : { lastReadPosition: change.last_read_position }),
  };
}

/** Of messages beyond those that were looked at, two count as one interaction. */
function interactionsOf({ messages, interactions }: SessionFigures, messageCount: number): number {
  if (messages < MOST_ANALYSED) return interactions;
  return interactions + Math.ceil(Math.max(0, messageCount - messages) / 2);
}

function toAnalytics(figures: SessionFigures, session: Session): SessionAnalytics {
  return {
    total_interactions: interactionsOf(figures, session.messageCount),
    average_response_time: figures.response_time,
    average_confidence: figures.confidence,
    agents_used: figures.agents ?? [],
    most_used_agent: figures.most_used,
    has_context: Object.keys(session.context).length > 0,
    has_summary: session.summary !== null,
  };
}
