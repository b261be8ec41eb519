import { defineErrors } from '../common/errors/app-error.js';

export const ConversationErrors = defineErrors({
  CHAT_SESSION_NOT_FOUND: { status: 404, title: 'There is no such conversation' },
  CHAT_MESSAGE_NOT_FOUND: { status: 404, title: 'There is no such message' },
  CHAT_SESSION_BUSY: { status: 409, title: 'An answer of this conversation is under way' },
});
