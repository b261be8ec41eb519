import { AppError } from '../../common/errors/app-error.js';
import { EventStream, Reply, type StreamedEvent } from '../../common/http/replies.js';
import type { Message } from '../../conversations/message.contract.js';
import type { RunPosition, SessionRef } from '../../runs/runs.contract.js';
import type { AnswersService, WatchedEvent } from '../answers.service.js';
import type { SendPending, SendResult } from '../chat.contract.js';
import { ChatErrors, interrupted, storedError } from '../chat.errors.js';
import type { Accepted } from '../chat.service.js';

type Run = SessionRef & { readonly runId: string; readonly answerId: string };

/** Milliseconds after its end for which a token is still good. */
const LEEWAY_MS = 30_000;
const LONGEST_STREAM_MS = 3_600_000;

/** In: a run, who reads, and where to begin. Out: its events as a stream; the reader's leaving ends the watching only. */
export function streamOf(
  answers: AnswersService,
  run: Run,
  reader: { readonly tokenExpiresAt: number },
  from: RunPosition,
  headers: Record<string, string> = {},
): EventStream {
  const leaving = new AbortController();
  return new EventStream(
    encode(answers.watch(run, from, AbortSignal.any([leaving.signal, untilExpiry(reader)]))),
    () => leaving.abort(),
    headers,
  );
}

function untilExpiry({ tokenExpiresAt }: { readonly tokenExpiresAt: number }): AbortSignal {
  const left = tokenExpiresAt + LEEWAY_MS - Date.now();
  return AbortSignal.timeout(Math.min(Math.max(left, 0), LONGEST_STREAM_MS));
}

async function* encode(events: AsyncIterable<WatchedEvent>): AsyncGenerator<StreamedEvent> {
  for await (const event of events) {
    yield { id: `${event.epoch}:${event.seq}`, event: event.event, data: event };
  }
}

/** In: what was accepted and the last event of its run, if it came in time. Out: the body of POST /chat/message. */
export function replyOf(accepted: Accepted, last: WatchedEvent | undefined): SendResult | Reply {
  if (!last) {
    const body: SendPending = { session_id: accepted.sessionId, run_id: accepted.runId, status: 'running' };
    return new Reply(202, body);
  }
  const answer = answerOf(last);
  return {
    session_id: accepted.sessionId,
    user_message: accepted.message,
    ai_response: answer,
    conversation_length: accepted.isNew ? accepted.conversationLength + 1 : accepted.conversationLength,
    suggested_actions: answer.suggested_actions,
    context_updated: accepted.contextUpdated,
    run_id: accepted.runId,
  };
}

/** The message that a final event carries, or the error that it stands for. */
function answerOf(last: WatchedEvent): Message {
  switch (last.event) {
    case 'run.failed': {
      const { code, status, title, detail } = last.error;
      throw new AppError({ code, status, title }, detail, { headers: { 'X-Run-Id': last.run_id } });
    }
    case 'run.interrupted':
      throw interrupted(last.run_id);
    case 'run.completed':
    case 'run.cancelled':
    case 'resync':
      if (last.message) return answered(last.message as Message, last.run_id);
      break;
    default:
  }
  throw new AppError(
    ChatErrors.CHAT_RUN_CANCELLED,
    'The answer was stopped before it began. Your question is kept.',
    {
      headers: { 'X-Run-Id': last.run_id },
    },
  );
}

/** Out: the message, unless it stands for a failure. */
function answered(message: Message, runId: string): Message {
  if (message.type === 'error') throw storedError(message, runId);
  return message;
}
