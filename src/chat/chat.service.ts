import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../auth/principal.js';
import { titleOf } from '../conversations/title-of.js';
import { AppError } from '../common/errors/app-error.js';
import { newId } from '../common/ids.js';
import { ChatConfig } from '../config/config.js';
import { ConversationErrors } from '../conversations/conversations.errors.js';
import { sessionNotFound } from '../conversations/conversations.service.js';
import { type Message, toMessageView } from '../conversations/message.contract.js';
import { Metrics } from '../monitoring/metrics/metrics.js';
import { RunErrors, runNotFound } from '../runs/runs.errors.js';
import type { ClaimedRun } from '../runs/runs.contract.js';
import { RunsService } from '../runs/runs.service.js';
import type { RateGrant } from '../usage/rate-limiter.service.js';
import { ChatErrors } from './chat.errors.js';
import { type AcceptInput, type AcceptRow, ChatRepository } from './chat.repository.js';
import { LiveService } from './live/live.service.js';
import type { QuestionAtHand, RunRequest } from './stored-questions.service.js';
import { type SendInput, SendRules, tooManyOpen } from './send-rules.service.js';

export interface Accepted {
  readonly sessionId: string;
  readonly runId: string;
  readonly answerId: string;
  readonly message: Message;
  readonly conversationLength: number;
  readonly contextUpdated: boolean;
  /** False where the same client_message_id had been accepted before. */
  readonly isNew: boolean;
}

/** Sending, the same for every transport. Returns once the question and its run are committed. */
@Injectable()
export class ChatService {
  constructor(
    private readonly chat: ChatRepository,
    private readonly runs: RunsService,
    private readonly live: LiveService,
    private readonly rules: SendRules,
    private readonly config: ChatConfig,
    private readonly metrics: Metrics,
  ) {}

  /**
   * Accepts a question in the caller's own namespace and wakes a worker for its answer.
   * Throws CHAT_MESSAGE_TOO_LONG, AGENT_NOT_PERMITTED, RATE_LIMITED, IDEMPOTENCY_CONFLICT, CHAT_SESSION_NOT_FOUND,
   * CHAT_MESSAGE_NOT_FOUND (parent_id), CHAT_FILES_UNSUPPORTED.
   */
  async send(principal: Principal, input: SendInput): Promise<Accepted> {
    let outcome = 'refused';
    try {
      const accepted = await this.accept(principal, input);
      outcome = accepted.isNew ? 'accepted' : 'repeated';
      return accepted;
    } finally {
      this.metrics.messages.inc({ transport: input.transport, outcome });
    }
  }

  private async accept(principal: Principal, input: SendInput): Promise<Accepted> {
    this.rules.check(principal, input);
    const grant = await this.grantFor(principal, input);
    try {
      const row = await this.chat.accept(principal, this.toAcceptInput(input));
      if (row.outcome !== 'new') grant?.giveBack();
      const accepted = toAccepted(row, principal, input, this.config.maxOpenRuns);
      if (accepted.isNew) this.begin(principal, accepted, input, row);
      return accepted;
    } catch (error) {
      grant?.giveBack();
      throw error;
    }
  }

  /** Queues a new run for the question of an ended one. Throws CHAT_RUN_NOT_FOUND, CHAT_RUN_NOT_RETRIABLE, RATE_LIMITED. */
  async retry(principal: Principal, runId: string): Promise<{ runId: string; sessionId: string }> {
    const grant = await this.rules.take(principal);
    const ids = { runId, newRunId: newId(), newAnswerId: newId() };
    const { maxOpenRuns: maxOpen } = this.config;
    const row = await this.chat.retry(principal, { ...ids, maxOpen }).catch((error: unknown) => {
      grant.giveBack();
      throw error;
    });
    if (row.outcome !== 'new') grant.giveBack();
    if (row.outcome === 'missing') throw runNotFound();
    if (row.outcome === 'too_many_open') throw tooManyOpen(maxOpen);
    if (row.outcome === 'not_retriable') {
      throw new AppError(
        RunErrors.CHAT_RUN_NOT_RETRIABLE,
        'Only the newest failed, stopped or interrupted answer of a question can be asked for again.',
      );
    }
    if (row.outcome === 'new') this.runs.wake(row.run_id);
    return { runId: row.run_id, sessionId: row.session_id };
  }

  /** Counts a send against the limit. A repetition passes over it: it costs nothing. */
  private async grantFor(principal: Principal, input: SendInput): Promise<RateGrant | undefined> {
    try {
      return await this.rules.take(principal);
    } catch (error) {
      const id = input.clientMessageId;
      if (id !== undefined && (await this.chat.isKnown(principal, id))) return undefined;
      throw error;
    }
  }

  private begin(principal: Principal, accepted: Accepted, input: SendInput, row: AcceptRow): void {
    this.live.tellSession(
      { tenantId: principal.tenantId, userId: principal.userId, sessionId: accepted.sessionId },
      { kind: 'created', message: accepted.message, runId: accepted.runId, origin: input.origin ?? null },
    );
    if (row.length === 1) this.live.tellUser(principal, { kind: 'touched', sessionId: accepted.sessionId });
    if (row.claimed) this.runs.begin(toClaimedRun(row, principal, input));
    else if (!this.runs.claimTerms) this.runs.wake(accepted.runId);
  }

  private toAcceptInput(input: SendInput): AcceptInput {
    return {
      sessionId: input.sessionId ?? newId(),
      sessionGiven: input.sessionId !== undefined,
      runId: newId(),
      questionId: newId(),
      answerId: newId(),
      content: input.content,
      title: titleOf(input.content),
      clientMessageId: input.clientMessageId ?? null,
      clientHash: input.clientMessageId === undefined ? null : hashOf(input),
      branch: input.parentId !== undefined,
      parentId: input.parentId ?? null,
      context: input.context ?? {},
      request: requestOf(input),
      claim: this.runs.claimTerms,
      history: this.config.maxHistory,
      maxOpen: this.config.maxOpenRuns,
    };
  }
}

/** What a run keeps of how it was asked. */
function requestOf(input: SendInput): RunRequest {
  return { agent_name: input.agentName ?? null, context: input.context ?? {} };
}

function toClaimedRun(row: AcceptRow, principal: Principal, input: SendInput): ClaimedRun {
  const at = new Date(row.asked_at);
  const { tenantId, userId, role, email } = principal;
  const { history: past = [], context = {}, summary, facts } = row;
  const atHand: QuestionAtHand = {
    ...{ content: input.content, past, context, summary },
    facts: facts ?? undefined,
  };
  return {
    id: row.run_id,
    tenantId,
    userId,
    sessionId: row.session_id,
    questionId: row.question_id,
    answerId: row.answer_id,
    position: row.question_position + 1,
    epoch: 1,
    attempts: 1,
    principal: { tenantId, userId, role, email },
    request: { ...requestOf(input) },
    startedAt: at,
    claimedAt: at,
    atHand,
  };
}

/** In: a send. Out: a digest of what a repetition under the same client id must share. */
function hashOf(input: SendInput): string {
  const shared = [
    input.content,
    input.agentName ?? null,
    input.fileAttachments ?? [],
    input.parentId === null ? 'root' : (input.parentId ?? null),
  ];
  return createHash('sha256').update(JSON.stringify(shared)).digest('base64url');
}

function toAccepted(row: AcceptRow, principal: Principal, input: SendInput, maxOpen: number): Accepted {
  switch (row.outcome) {
    case 'too_many_open':
      throw tooManyOpen(maxOpen);
    case 'session_deleted':
      throw sessionNotFound();
    case 'parent_missing':
      throw new AppError(
        ConversationErrors.CHAT_MESSAGE_NOT_FOUND,
        'There is no message with the id of parent_id in this conversation.',
      );
    case 'conflict':
      throw new AppError(
        ChatErrors.IDEMPOTENCY_CONFLICT,
        'This client_message_id was used for another message. Use a new one for a new message.',
      );
    case 'new':
    case 'known':
      return {
        sessionId: row.session_id,
        runId: row.run_id,
        answerId: row.answer_id,
        message: toQuestionView(row, principal, input),
        conversationLength: row.length,
        contextUpdated: Object.keys(input.context ?? {}).length > 0,
        isNew: row.outcome === 'new',
      };
  }
}

function toQuestionView(row: AcceptRow, principal: Principal, input: SendInput): Message {
  return toMessageView({
    id: row.question_id,
    type: 'user',
    content: input.content,
    createdAt: row.asked_at,
    userId: principal.userId,
    sessionId: row.session_id,
    position: row.question_position,
    parentId: row.parent_id,
  });
}
