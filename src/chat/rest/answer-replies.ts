import { AppError } from '../../common/errors/app-error.js';
import { EventStream, Reply, type StreamedEvent } from '../../common/http/replies.js';
import type { Message } from '../../conversations/message.contract.js';
import type { RunPosition, SessionRef } from '../../runs/runs.contract.js';
import type { AnswersService, WatchedEvent } from '../answers.service.js';
import type { SendPending, SendResult } from '../chat.contract.js';
import { ChatErrors } from '../chat.errors.js';
import type { Accepted } from '../chat.service.js';

type Run = SessionRef & { readonly runId: string; readonly answerId: string };

/** In: a run and where to begin. Out: its events as a stream; the reader's leaving ends the watching only. */
export function streamOf(
  answers: AnswersService,
  run: Run,
  from: RunPosition,
  headers: Record<string, string> = {},
): EventStream {
  const leaving = new AbortController();
  return new EventStream(encode(answers.watch(run, from, leaving.signal)), () => leaving.abort(), headers);
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
      throw new AppError(
        ChatErrors.CHAT_RUN_INTERRUPTED,
        'The answer was interrupted. Your question is kept; ask for the answer again.',
        { headers: { 'X-Run-Id': last.run_id } },
      );
    case 'run.completed':
    case 'run.cancelled':
    case 'resync':
      if (last.message) return last.message as Message;
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
