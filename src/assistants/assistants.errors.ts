import { defineErrors } from '../common/errors/app-error.js';

export const AssistantsErrors = defineErrors({
  AGENT_NOT_PERMITTED: { status: 403, title: 'This agent is not available to your role' },
});
