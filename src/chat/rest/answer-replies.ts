import { AppError } from '../../common/errors/app-error.js';
import { Reply } from '../../common/http/replies.js';
import type { Message } from '../../conversations/message.contract.js';
import type { WatchedEvent } from '../answers.service.js';
import type { SendPending, SendResult } from '../chat.contract.js';
import { ChatErrors, interrupted, storedError } from '../chat.errors.js';
import type { Accepted } from '../chat.service.js';

/** In: what was accepted and the last event of its run, if it came in time. Out: the body of POST /chat/message. */
export function replyOf(accepted: Accepted, last: WatchedEvent | undefined): SendResult | Reply {
  const open = { session_id: accepted.sessionId, run_id: accepted.runId };
  if (!last) return new Reply(202, { ...open, status: 'running' } satisfies SendPending);
  if (last.event === 'run.awaiting_approval') {
    const { approval_id } = last;
    return new Reply(202, { ...open, status: 'awaiting_approval', approval_id } satisfies SendPending);
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
      const { code, status, title, detail, retry_after: retryAfter } = last.error;
      throw new AppError({ code, status, title, retriable: last.retriable }, detail, {
        headers: { 'X-Run-Id': last.run_id },
        ...(retryAfter === undefined ? {} : { retryAfter }),
      });
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
