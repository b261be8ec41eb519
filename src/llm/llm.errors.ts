import { defineErrors } from '../common/errors/app-error.js';

export const LlmErrors = defineErrors({
  LLM_NO_PROVIDER: { status: 503, title: 'No language model is configured', retriable: false },
  LLM_UNAVAILABLE: { status: 503, title: 'The language model does not answer' },
  LLM_RATE_LIMITED: { status: 503, title: 'The language model is busy' },
  LLM_REFUSED_KEY: { status: 503, title: 'The language model refused the key', retriable: false },
  LLM_REFUSED: { status: 502, title: 'The language model refused the request', retriable: false },
  LLM_BAD_ANSWER: { status: 502, title: 'The language model gave no usable answer' },
  LLM_INTERRUPTED: { status: 502, title: 'The answer broke off' },
  LLM_TIMEOUT: { status: 504, title: 'The language model fell silent' },
});
