import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import {
  BrokenCircuitError,
  circuitBreaker,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  handleWhen,
} from 'cockatiel';
import { AppError } from '../common/errors/app-error.js';
import type { ModelEvent, ModelRequest } from './llm.contract.js';
import { LlmErrors } from './llm.errors.js';
import type { ProviderState } from './llm-status.js';
import { ModelAnswer } from './model-answer.js';
import { aborted, ProviderFailure } from './provider-failure.js';
import type { ModelProvider } from './providers/model-provider.contract.js';

export interface LineLimits {
  /** Milliseconds. */
  readonly silence: number;
  /** Tokens of one answer; a request may ask for fewer. */
  readonly outputTokens: number;
  readonly tries: number;
  /** Consecutive failures that open the breaker. */
  readonly failures: number;
  /** Milliseconds for which an open breaker spares the provider. */
  readonly pause: number;
  /** Milliseconds before a second try, half of it at random. */
  readonly backoff: number;
  /** Milliseconds that are waited at most where a provider names a time. */
  readonly patience: number;
}

/** `outcome`: `answered`, `stopped` by the caller, or the code of a failure. */
export type CallObserver = (provider: ModelProvider['name'], outcome: string) => void;

export const LINE_LIMITS: Omit<LineLimits, 'silence' | 'outputTokens'> = {
  tries: 2,
  failures: 5,
  pause: 10_000,
  backoff: 500,
  patience: 5000,
};

const BREAKING: ReadonlySet<string> = new Set([
  LlmErrors.LLM_UNAVAILABLE.code,
  LlmErrors.LLM_TIMEOUT.code,
  LlmErrors.LLM_BAD_ANSWER.code,
]);
const WORTH_A_SECOND_TRY: ReadonlySet<string> = new Set([
  LlmErrors.LLM_UNAVAILABLE.code,
  LlmErrors.LLM_RATE_LIMITED.code,
]);
const DOWN: ReadonlySet<string> = new Set([...BREAKING, LlmErrors.LLM_REFUSED_KEY.code]);

/** The way to one provider: its breaker, its second try, and how its last calls went. */
export class ProviderLine {
  private readonly logger = new Logger(ProviderLine.name);
  private readonly breaker: CircuitBreakerPolicy;
  /** Until a provider says that it does not; then for the life of the process. */
  private takesTools = true;
  private last: 'never' | 'answered' | { readonly code: string } = 'never';

  /** In: `onEnd`, told once how each call to the provider ended. */
  constructor(
    readonly provider: ModelProvider,
    private readonly limits: LineLimits,
    private readonly onEnd: CallObserver,
  ) {
    this.breaker = circuitBreaker(
      handleWhen((error) => this.breaks(error)),
      { breaker: new ConsecutiveBreaker(limits.failures), halfOpenAfter: limits.pause },
    );
  }

  /** From the breaker and the last calls; asks nobody. */
  get state(): ProviderState {
    const { name, model } = this.provider;
    if (this.last === 'never') return { name, model, state: 'unknown' };
    if (this.last === 'answered') return { name, model, state: 'up' };
    const down = this.breaker.state !== CircuitState.Closed || DOWN.has(this.last.code);
    return { name, model, state: down ? 'down' : 'up', lastError: this.last.code };
  }

  /**
   * Opens an answer up to its first text, trying a second time where that may help.
   * In: `last`, whether no other provider is left; a wait that the provider asks for is then sat out.
   * Throws AppError, or an AbortError when `signal` aborts.
   */
  async open(request: ModelRequest, signal: AbortSignal, last: boolean): Promise<ModelAnswer> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.attempt(request, signal);
      } catch (error) {
        if (this.learnsFrom(error, request)) return this.open(request, signal, last);
        const wait = attempt < this.limits.tries ? this.waitAfter(error, last) : undefined;
        if (wait === undefined) throw error;
        await sleep(wait, undefined, { signal }).catch(() => {
          throw aborted();
        });
      }
    }
  }

  /** The events of an opened answer; notes how it went. */
  async *follow(answer: ModelAnswer): AsyncGenerator<ModelEvent> {
    let outcome = 'stopped';
    try {
      for await (const event of answer.events()) {
        if (event.type === 'end') outcome = 'answered';
        yield event.type === 'end' && !this.takesTools ? { ...event, withoutTools: true } : event;
      }
    } catch (error) {
      this.note(error);
      outcome = outcomeOf(error);
      throw error;
    } finally {
      this.onEnd(this.provider.name, outcome);
    }
  }

  private async attempt(request: ModelRequest, signal: AbortSignal): Promise<ModelAnswer> {
    if (signal.aborted) throw aborted();
    try {
      if (this.breaker.state === CircuitState.HalfOpen) throw new BrokenCircuitError();
      const answer = await this.breaker.execute(() =>
        ModelAnswer.open(this.provider, this.capped(request), signal, this.limits.silence),
      );
      this.last = 'answered';
      return answer;
    } catch (error) {
      if (error instanceof BrokenCircuitError) throw this.spared();
      this.note(error);
      this.onEnd(this.provider.name, outcomeOf(error));
      throw error;
    }
  }

  private capped(request: ModelRequest): ModelRequest {
    const { outputTokens } = this.limits;
    return {
      ...request,
      ...(this.takesTools || hasResults(request) ? {} : { tools: undefined }),
      maxOutputTokens: Math.min(request.maxOutputTokens ?? outputTokens, outputTokens),
    };
  }

  /** Whether a request failed for its tools alone, so that it is worth sending without. */
  private learnsFrom(error: unknown, request: ModelRequest): boolean {
    const cause = error instanceof AppError ? error.cause : undefined;
    const refused = cause instanceof ProviderFailure && cause.aboutTools;
    if (!refused || !this.takesTools || !request.tools?.length || hasResults(request)) return false;
    this.takesTools = false;
    const { name: provider, model } = this.provider;
    this.logger.warn(
      { provider, model, status: cause.status },
      'the model takes no tools; it answers without',
    );
    return true;
  }

  private note(error: unknown): void {
    if (error instanceof AppError) this.last = { code: error.code };
  }

  /** A stop while the breaker tests the provider proves nothing, so the breaker stays open. */
  private breaks(error: unknown): boolean {
    if (error instanceof AppError) return BREAKING.has(error.code);
    return this.breaker.state === CircuitState.HalfOpen;
  }

  private spared(): AppError {
    const seconds = Math.ceil(this.limits.pause / 1000);
    const detail = `The language model failed several times in a row and is left alone for a moment. Try again in ${seconds} seconds.`;
    return new AppError(LlmErrors.LLM_UNAVAILABLE, detail, {
      cause: new BrokenCircuitError(),
      retryAfter: seconds,
    });
  }

  /** Milliseconds to wait before the next try, or nothing where there is none. */
  private waitAfter(error: unknown, last: boolean): number | undefined {
    if (!(error instanceof AppError) || !WORTH_A_SECOND_TRY.has(error.code)) return undefined;
    if (error.cause instanceof BrokenCircuitError) return undefined;
    const jittered = this.limits.backoff * (0.5 + Math.random() / 2);
    const asked = Number(error.headers['Retry-After'] ?? 0) * 1000;
    if (asked <= jittered) return jittered;
    return last && asked <= this.limits.patience ? asked : undefined;
  }
}

function hasResults({ messages }: ModelRequest): boolean {
  return messages.some(({ role }) => role === 'tool');
}

function outcomeOf(error: unknown): string {
  return error instanceof AppError ? error.code : 'stopped';
}
