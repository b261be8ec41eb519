import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import type { Principal } from '../auth/principal.js';
import type { HistoryQuery, SessionSummary, UpdateSession } from '../conversations/conversations.contract.js';
import { ConversationsService, type History } from '../conversations/conversations.service.js';
import { SessionListService } from '../conversations/session-list.service.js';
import type { Message } from '../conversations/message.contract.js';
import type { SessionExport } from '../conversations/session-export.js';
import type { ActiveRun, SessionRef } from '../runs/runs.contract.js';
import { RunsService } from '../runs/runs.service.js';
import { pendingPart } from '../runs/steps/pending-part.js';
import type { ActiveRunView } from './chat.contract.js';
import { LiveService } from './live/live.service.js';

/** Sessions as clients see them: with the answer that is under way, and told to the user's other devices. */
@Injectable()
export class ChatSessionsService {
  constructor(
    private readonly conversations: ConversationsService,
    private readonly listed: SessionListService,
    private readonly runs: RunsService,
    private readonly live: LiveService,
    private readonly audit: AuditService,
  ) {}

  /** The run under way in a session of the caller's; undefined where there is none or no such session. */
  async activeRun(principal: Principal, sessionId: string): Promise<ActiveRunView | undefined> {
    const active = await this.runs.findActive(refOf(principal, sessionId));
    return active && toView(active);
  }

  /**
   * One page of a session. A question without an answer tells what became of it: `run_id` and `state` in its metadata.
   * Throws CHAT_SESSION_NOT_FOUND.
   */
  async history(
    principal: Principal,
    sessionId: string,
    query: HistoryQuery,
  ): Promise<History & { active_run?: ActiveRunView }> {
    const active = await this.activeRun(principal, sessionId);
    const { session, ...rest } = await this.conversations.history(principal, sessionId, query);
    const messages = await this.withRuns(refOf(principal, sessionId), session.messages);
    const history = { session: { ...session, messages }, ...rest };
    return active ? { ...history, active_run: active } : history;
  }

  private async withRuns(session: SessionRef, messages: readonly Message[]): Promise<Message[]> {
    const answered = new Set(messages.map((message) => message.in_reply_to));
    const open = messages.filter(({ id, type }) => type === 'user' && !answered.has(id));
    const runs = await this.runs.findNewestOf(
      session,
      open.map(({ id }) => id),
    );
    return messages.map((message) => {
      const run = runs.get(message.id);
      return run
        ? { ...message, metadata: { ...message.metadata, run_id: run.runId, state: run.state } }
        : message;
    });
  }

  /** Changes a session on all devices. Errors as those of `ConversationsService.update`. */
  async update(principal: Principal, sessionId: string, change: UpdateSession): Promise<SessionSummary> {
    await this.conversations.update(principal, sessionId, change);
    const session = await this.listed.summary(principal, sessionId);
    this.live.tellUser(principal, { kind: 'updated', session });
    return session;
  }

  /** A whole session to be written to a file; recorded in the audit. Throws CHAT_SESSION_NOT_FOUND. */
  async export(principal: Principal, sessionId: string): Promise<SessionExport> {
    const session = await this.conversations.export(principal, sessionId);
    await this.audit.record(principal, { action: 'session.export', outcome: 'allowed', subject: sessionId });
    return session;
  }

  /** Erases a session and ends its answers; the id stays dead. Throws CHAT_SESSION_NOT_FOUND. */
  async erase(principal: Principal, sessionId: string): Promise<void> {
    const { open, left } = await this.conversations.erase(principal, sessionId);
    await this.runs.abandon(open, left);
    this.live.tellUser(principal, { kind: 'deleted', sessionId });
    await this.audit.record(principal, { action: 'session.erase', outcome: 'allowed', subject: sessionId });
  }
}

export function refOf(principal: Principal, sessionId: string): SessionRef {
  return { tenantId: principal.tenantId, userId: principal.userId, sessionId };
}

function toView(active: ActiveRun): ActiveRunView {
  return {
    run_id: active.runId,
    message_id: active.messageId,
    epoch: active.epoch,
    seq: active.seq,
    state: active.state as ActiveRunView['state'],
    ...(active.approval ? { approval: pendingPart(active.approval) } : {}),
  };
}
