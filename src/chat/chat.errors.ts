import { AppError, defineErrors } from '../common/errors/app-error.js';

export const ChatErrors = defineErrors({
  CHAT_MESSAGE_TOO_LONG: { status: 400, title: 'The message is too long' },
  CHAT_FILES_UNSUPPORTED: { status: 400, title: 'Files cannot be attached' },
  IDEMPOTENCY_CONFLICT: { status: 409, title: 'This client_message_id was used for something else' },
  CHAT_RUN_INTERRUPTED: { status: 503, title: 'The answer was interrupted' },
  CHAT_RUN_CANCELLED: { status: 409, title: 'The answer was stopped' },
  SOCKET_UNKNOWN_EVENT: { status: 400, title: 'Unknown event' },
  SOCKET_UNKNOWN_FRAME: { status: 400, title: 'Unknown frame' },
});

/** What is said of an answer whose node went away. In: the run. */
export function interrupted(runId: string): AppError {
  return new AppError(
    ChatErrors.CHAT_RUN_INTERRUPTED,
    'The answer was interrupted. Your question is kept; ask for the answer again.',
    { headers: { 'X-Run-Id': runId } },
  );
}

/** In: a stored message of type `error`. Out: the error that it stands for. */
export function storedError(
  message: { content: string; metadata: Record<string, unknown> },
  runId: string,
): AppError {
  const { code, status, title, retriable } = message.metadata;
  const definition = {
    code: typeof code === 'string' ? code : ChatErrors.CHAT_RUN_INTERRUPTED.code,
    status: typeof status === 'number' ? status : ChatErrors.CHAT_RUN_INTERRUPTED.status,
    title: typeof title === 'string' ? title : ChatErrors.CHAT_RUN_INTERRUPTED.title,
    retriable: retriable === true,
  };
  return new AppError(definition, message.content, { headers: { 'X-Run-Id': runId } });
}
