import { AppError } from '../common/errors/app-error.js';
import { LlmErrors } from './llm.errors.js';
import { BadAnswerError, type ModelProvider } from './providers/model-provider.contract.js';

/** Seconds to wait where a provider that is busy does not say how long. */
const BUSY = 10;
/** Servers that cannot call tools say so in their own words, with any status (vLLM, Ollama and OpenRouter 4xx, llama.cpp 500). */
const ABOUT_TOOLS = /\btool(?:s|_choice)?\b|\bfunctions?\b/i;
const TRY_LATER = 'Try again in a moment.';

/** What is kept of a failure for the logs: never the provider's own words, which may quote the key or the message. */
export class ProviderFailure extends Error {
  override readonly name = 'ProviderFailure';
  constructor(
    readonly provider: string,
    readonly status: number | undefined,
    readonly code: string | undefined,
    /** The provider's words were about tools, so that it may answer without them. */
    readonly aboutTools = false,
  ) {
    super(`${provider}: ${status ?? code ?? 'failed'}`);
  }
}

interface Wire {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly status?: unknown;
  readonly code?: unknown;
  readonly cause?: unknown;
  readonly headers?: unknown;
}

function codeOf(thrown: Wire): string | undefined {
  if (typeof thrown.code === 'string') return thrown.code;
  const cause = thrown.cause as Wire | undefined;
  if (typeof cause?.code === 'string') return cause.code;
  return typeof thrown.name === 'string' ? thrown.name : undefined;
}

/** Seconds, from a `Retry-After` of seconds or of a date (RFC 9110, 10.2.3). */
function retryAfterOf(thrown: Wire): number | undefined {
  const value = thrown.headers instanceof Headers ? thrown.headers.get('retry-after') : null;
  if (!value) return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, Math.ceil(seconds));
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - Date.now()) / 1000));
}

function ofStatus(status: number, thrown: Wire, provider: ModelProvider, cause: ProviderFailure): AppError {
  const retryAfter = retryAfterOf(thrown);
  if (status === 401 || status === 403) {
    const detail = `The language model's provider refused the key. Whoever runs this service must check ${provider.keyVariable}.`;
    return new AppError(LlmErrors.LLM_REFUSED_KEY, detail, { cause });
  }
  if (status === 429 && cause.code === 'insufficient_quota') {
    const detail = `The account behind ${provider.keyVariable} has no credit left. Whoever runs this service must see to it.`;
    return new AppError(LlmErrors.LLM_REFUSED_KEY, detail, { cause });
  }
  if (status === 429) {
    const wait = retryAfter ?? BUSY;
    const detail = `The language model is busy. Try again in ${wait} seconds.`;
    return new AppError(LlmErrors.LLM_RATE_LIMITED, detail, { cause, retryAfter: wait });
  }
  if (status === 404) {
    const detail = `The language model "${provider.model}" is not there. Whoever runs this service must check ${provider.modelVariable} and the address of the provider.`;
    return new AppError(LlmErrors.LLM_REFUSED, detail, { cause });
  }
  if (status === 408 || status >= 500) {
    const detail = `The language model cannot answer right now. ${TRY_LATER}`;
    return new AppError(LlmErrors.LLM_UNAVAILABLE, detail, {
      cause,
      ...(retryAfter === undefined ? {} : { retryAfter }),
    });
  }
  const detail = `The language model did not take the request (status ${status}). A shorter question or a new conversation may help; otherwise tell your administrator.`;
  return new AppError(LlmErrors.LLM_REFUSED, detail, { cause });
}

/**
 * Turns whatever a provider threw into an error of this feature.
 * In: `begun`, whether text of this answer has been shown already.
 */
export function toLlmError(thrown: unknown, provider: ModelProvider, begun: boolean): AppError {
  if (thrown instanceof AppError) return thrown;
  const wire: Wire = typeof thrown === 'object' && thrown !== null ? thrown : {};
  const status = typeof wire.status === 'number' ? wire.status : undefined;
  const aboutTools = status !== undefined && ABOUT_TOOLS.test(String(wire.message));
  const cause = new ProviderFailure(provider.name, status, codeOf(wire), aboutTools);
  if (begun) return interrupted(cause);
  if (thrown instanceof BadAnswerError || thrown instanceof SyntaxError) {
    return badAnswer('The language model answered with something that could not be read.', cause);
  }
  if (status !== undefined) return ofStatus(status, wire, provider, cause);
  return new AppError(LlmErrors.LLM_UNAVAILABLE, `The language model could not be reached. ${TRY_LATER}`, {
    cause,
  });
}

/** The answer broke off after some of it was shown. */
export function interrupted(cause?: unknown): AppError {
  const detail =
    'The answer broke off: the connection to the language model was lost. Try again to get a whole one.';
  return new AppError(LlmErrors.LLM_INTERRUPTED, detail, { cause });
}

/** In: a sentence that says what was wrong. */
export function badAnswer(sentence: string, cause?: unknown): AppError {
  return new AppError(LlmErrors.LLM_BAD_ANSWER, `${sentence} ${TRY_LATER}`, { cause });
}

/** In: the milliseconds for which nothing came. */
export function fellSilent(silence: number): AppError {
  const detail = `The language model said nothing for ${Math.ceil(silence / 1000)} seconds. ${TRY_LATER}`;
  return new AppError(LlmErrors.LLM_TIMEOUT, detail);
}

/** The caller's own stop, as every part of the model layer throws it. */
export function aborted(): DOMException {
  return new DOMException('The answer was stopped', 'AbortError');
}
