import { Injectable } from '@nestjs/common';
import type { Answer } from '../agents/agents.contract.js';
import { cleanJson } from '../common/clean-json.js';
import type { AppError } from '../common/errors/app-error.js';
import { toErrorBody } from '../common/errors/error-body.js';
import { type Message, type MessageType, toMessageView } from '../conversations/message.contract.js';
import { Metrics } from '../monitoring/metrics/metrics.js';
import type { ClaimedRun, RunEventBody } from '../runs/runs.contract.js';
import {
  Completion,
  type Conclusion,
  type LoggedBody,
  type Outcome,
  type Shown,
} from '../runs/runs.ports.js';
import { Afterwards } from './afterwards.service.js';
import { interrupted } from './chat.errors.js';
import { ChatRepository } from './chat.repository.js';

/** The answer's row as `chat_end` writes it. `dropped`: nothing was shown and nothing is kept. */
interface AnswerRow {
  readonly at: string;
  readonly type: MessageType;
  readonly state: 'complete' | 'partial' | 'failed' | 'dropped';
  readonly content: string;
  readonly parts: readonly unknown[];
  readonly agent_name: string | null;
  readonly confidence: number | null;
  readonly suggested_actions: readonly string[];
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** Ends runs: turns what became of a run into the stored answer, the final event and the ledger's row. */
@Injectable()
export class ChatCompletion extends Completion {
  constructor(
    private readonly chat: ChatRepository,
    private readonly metrics: Metrics,
    private readonly afterwards: Afterwards,
  ) {
    super();
  }

  async conclude(
    run: ClaimedRun,
    shown: Shown,
    outcome: Outcome,
    pending: readonly LoggedBody[],
    finalSeq: number,
  ): Promise<Conclusion> {
    const answer = cleanJson(toAnswerRow(run, shown, outcome));
    const final = { seq: finalSeq, body: toFinalEvent(run, outcome, answer) };
    const { ended, next_run: nextRunId } = await this.chat.end({
      runId: run.id,
      epoch: run.epoch,
      state: outcome.state,
      error: outcome.state === 'failed' ? { code: outcome.error.code, retriable: outcome.retriable } : null,
      events: [...pending, final],
      answer,
      usage: toUsage(shown, outcome),
    });
    if (ended) this.measure(shown, outcome);
    if (ended) this.afterwards.touch(run);
    if (ended && outcome.state === 'completed') this.afterwards.answered(run, outcome.result as Answer);
    return { ended, final, nextRunId: nextRunId ?? null };
  }

  private measure(shown: Shown, outcome: Outcome): void {
    const engine = outcome.state === 'completed' ? (outcome.result as Answer).engine : 'none';
    this.metrics.runs.inc({ state: outcome.state, engine });
    this.metrics.runDuration.observe({ engine }, shown.durationMs / 1000);
    if (shown.firstTokenMs !== null) this.metrics.firstToken.observe({ engine }, shown.firstTokenMs / 1000);
  }
}

function toAnswerRow(run: ClaimedRun, shown: Shown, outcome: Outcome): AnswerRow {
  const base = {
    at: shown.at.toISOString(),
    parts: shown.parts,
    agent_name: shown.agentName,
    confidence: null,
    suggested_actions: [],
    metadata: {
      assistant_name: shown.assistantName,
      processing_time: shown.durationMs / 1000,
      time_to_first_token: shown.firstTokenMs === null ? null : shown.firstTokenMs / 1000,
      run_id: run.id,
      state: outcome.state,
    },
  };
  switch (outcome.state) {
    case 'completed':
      return completedRow(base, outcome.result as Answer);
    case 'cancelled': {
      const kept = shown.text.length > 0 || shown.parts.length > 0;
      return { ...base, type: 'assistant', state: kept ? 'partial' : 'dropped', content: shown.text };
    }
    case 'failed':
      return failedRow(base, outcome.error, outcome.retriable);
    case 'interrupted':
      return failedRow(base, interrupted(run.id), true);
  }
}

function failedRow(
  base: Omit<AnswerRow, 'type' | 'state' | 'content'>,
  { code, status, definition, detail }: AppError,
  retriable: boolean,
): AnswerRow {
  return {
    ...base,
    type: 'error',
    state: 'failed',
    content: detail,
    parts: [{ type: 'error', code, detail }],
    metadata: { ...base.metadata, retriable, code, status, title: definition.title },
  };
}

function completedRow(
  base: Pick<AnswerRow, 'at'> & { metadata: Record<string, unknown> },
  answer: Answer,
): AnswerRow {
  return {
    at: base.at,
    type: 'assistant',
    state: 'complete',
    content: answer.content,
    parts: answer.parts,
    agent_name: answer.agentName,
    confidence: answer.confidence,
    suggested_actions: answer.suggestedActions,
    metadata: {
      ...base.metadata,
      ...answer.notes,
      assistant_name: answer.assistantName,
      engine: answer.engine,
      model: answer.model,
      tokens_used: answer.usage ? answer.usage.inputTokens + answer.usage.outputTokens : null,
      sources: answer.sources,
      attachments_processed: 0,
    },
  };
}

function toFinalEvent(run: ClaimedRun, outcome: Outcome, answer: AnswerRow): RunEventBody {
  switch (outcome.state) {
    case 'completed':
      return { event: 'run.completed', message: toMessage(run, answer) };
    case 'cancelled':
      return { event: 'run.cancelled', message: answer.state === 'dropped' ? null : toMessage(run, answer) };
    case 'failed':
      return { event: 'run.failed', error: toErrorBody(outcome.error, run.id), retriable: outcome.retriable };
    case 'interrupted':
      return { event: 'run.interrupted', retriable: true };
  }
}

function toMessage(run: ClaimedRun, answer: AnswerRow): Message {
  return toMessageView({
    id: run.answerId,
    type: answer.type,
    content: answer.content,
    createdAt: answer.at,
    userId: run.userId,
    sessionId: run.sessionId,
    position: run.position,
    parentId: run.questionId,
    inReplyTo: run.questionId,
    parts: answer.parts as Message['parts'],
    agentName: answer.agent_name,
    confidence: answer.confidence,
    suggestedActions: answer.suggested_actions,
    metadata: answer.metadata,
  });
}

function toUsage(shown: Shown, outcome: Outcome): object {
  const answer = outcome.state === 'completed' ? (outcome.result as Answer) : null;
  return {
    engine: answer?.engine ?? null,
    provider: answer?.usage?.provider ?? null,
    model: answer?.model ?? null,
    input_tokens: answer?.usage?.inputTokens ?? 0,
    output_tokens: answer?.usage?.outputTokens ?? 0,
    first_token_ms: shown.firstTokenMs,
    duration_ms: shown.durationMs,
  };
}
