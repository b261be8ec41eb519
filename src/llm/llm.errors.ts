import { type AppError, defineErrors } from '../common/errors/app-error.js';

export const LlmErrors = defineErrors({
  LLM_NO_PROVIDER: { status: 503, title: 'No language model is configured' },
  LLM_UNAVAILABLE: { status: 503, title: 'The language model does not answer' },
  LLM_RATE_LIMITED: { status: 503, title: 'The language model is busy' },
  LLM_REFUSED_KEY: { status: 503, title: 'The language model refused the key' },
  LLM_REFUSED: { status: 502, title: 'The language model refused the request' },
  LLM_BAD_ANSWER: { status: 502, title: 'The language model gave no usable answer' },
  LLM_INTERRUPTED: { status: 502, title: 'The answer broke off' },
  LLM_TIMEOUT: { status: 504, title: 'The language model fell silent' },
});

const NEEDS_THE_OPERATOR: ReadonlySet<string> = new Set([
  LlmErrors.LLM_NO_PROVIDER.code,
  LlmErrors.LLM_REFUSED_KEY.code,
  LlmErrors.LLM_REFUSED.code,
]);

/** In: an error of the model layer. Out: whether asking the same again may help without anybody changing a setting. */
export function isRetriable(error: AppError): boolean {
  return !NEEDS_THE_OPERATOR.has(error.code);
}
