import { defineErrors } from '../common/errors/app-error.js';

export const ChatErrors = defineErrors({
  CHAT_MESSAGE_TOO_LONG: { status: 400, title: 'The message is too long' },
  CHAT_FILES_UNSUPPORTED: { status: 400, title: 'Files cannot be attached' },
  IDEMPOTENCY_CONFLICT: { status: 409, title: 'This client_message_id was used for something else' },
  CHAT_RUN_INTERRUPTED: { status: 503, title: 'The answer was interrupted' },
  CHAT_RUN_CANCELLED: { status: 409, title: 'The answer was stopped' },
  SOCKET_UNKNOWN_EVENT: { status: 400, title: 'Unknown event' },
  SOCKET_UNKNOWN_FRAME: { status: 400, title: 'Unknown frame' },
  SOCKET_LIMIT: { status: 503, title: 'Too many connections' },
});
