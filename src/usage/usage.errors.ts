import { defineErrors } from '../common/errors/app-error.js';

export const UsageErrors = defineErrors({
  USAGE_SCOPE_REFUSED: { status: 403, title: 'Your role may not see this usage' },
});
