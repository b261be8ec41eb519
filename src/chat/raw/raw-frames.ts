import type { AppError } from '../../common/errors/app-error.js';
import { toErrorBody } from '../../common/errors/error-body.js';
import type { AnswerPart } from '../../common/parts/answer-part.contract.js';
import type { Message } from '../../conversations/message.contract.js';
import { isFinal } from '../../runs/runs.contract.js';
import type { WatchedEvent } from '../answers.service.js';
import { interrupted, storedError } from '../chat.errors.js';

export interface FrameBody {
  readonly type: 'system' | 'message' | 'typing' | 'pong' | 'ack' | 'error';
  readonly content: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** In: a stored message and its run. Out: the one frame that carries it. */
export function messageFrame(message: Message, runId: string): FrameBody {
  const { id, type, content, ...rest } = message;
  return {
    type: 'message',
    content,
    metadata: { ...rest, message_id: id, message_type: type, run_id: runId },
  };
}

export function typingFrame(isTyping: boolean, sender?: 'assistant'): FrameBody {
  return {
    type: 'typing',
    content: isTyping ? 'typing' : 'stopped_typing',
    metadata: { is_typing: isTyping, ...(sender ? { sender } : {}) },
  };
}

/**
 * In: one event of an answer. Out: the frames that a client without `?stream=true` sees of it: the assistant typing,
 * what it waits for a person to decide, and at the end the whole answer or one error.
 */
export function framesOf(event: WatchedEvent): FrameBody[] {
  if (event.event === 'run.started') return [typingFrame(true, 'assistant')];
  if (event.event === 'part') return approvalFrames(event.part as AnswerPart, event.run_id);
  if (event.event !== 'resync' && !isFinal(event)) return [];
  return [typingFrame(false, 'assistant'), ...endFrames(event)];
}

function approvalFrames(part: AnswerPart, runId: string): FrameBody[] {
  if (part.type !== 'approval' || part.state !== 'pending') return [];
  const metadata = { event: 'run.awaiting_approval', run_id: runId, approval: part };
  return [
    typingFrame(false, 'assistant'),
    { type: 'system', content: 'The answer waits for your approval', metadata },
  ];
}

function endFrames(event: WatchedEvent): FrameBody[] {
  switch (event.event) {
    case 'run.completed':
    case 'run.cancelled':
    case 'resync':
      return event.message ? [storedFrame(event.message as Message, event.run_id)] : [];
    case 'run.failed':
      return [errorFrame(event.error, { run_id: event.run_id, retriable: event.retriable })];
    case 'run.interrupted':
      return [failureFrame(interrupted(event.run_id), event.run_id)];
    default:
      return [];
  }
}

function storedFrame(message: Message, runId: string): FrameBody {
  return message.type === 'error'
    ? failureFrame(storedError(message, runId), runId)
    : messageFrame(message, runId);
}

function failureFrame(error: AppError, runId: string): FrameBody {
  return errorFrame(toErrorBody(error, runId), { run_id: runId, retriable: error.retriable });
}

/** In: the error body. Out: the frame that carries it; the socket stays open. */
export function errorFrame(error: { detail: string }, more: Record<string, unknown> = {}): FrameBody {
  return { type: 'error', content: error.detail, metadata: { ...error, ...more } };
}
