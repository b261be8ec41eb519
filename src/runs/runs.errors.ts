import { AppError, defineErrors } from '../common/errors/app-error.js';

export const RunErrors = defineErrors({
  CHAT_RUN_NOT_FOUND: { status: 404, title: 'There is no such run' },
  CHAT_RUN_NOT_RETRIABLE: { status: 409, title: 'This run cannot be retried' },
  CHAT_APPROVAL_NOT_FOUND: { status: 404, title: 'There is no such approval' },
  CHAT_APPROVAL_DECIDED: { status: 409, title: 'This was decided otherwise' },
  CHAT_APPROVAL_EXPIRED: { status: 409, title: 'The decision came too late' },
  CHAT_RUN_TIMEOUT: { status: 504, title: 'The answer took too long' },
});

export function runNotFound(): AppError {
  return new AppError(
    RunErrors.CHAT_RUN_NOT_FOUND,
    'There is no such run. Load the conversation again to see its state.',
  );
}
