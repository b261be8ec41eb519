import { BrokenCircuitError, DelegateBackoff, handleWhen, retry } from 'cockatiel';
import { Breaker, type BreakerLimits } from '../../common/breaker.js';
import { CrewError, CrewErrors, neverStarted, spared } from '../crew.errors.js';

export interface CrewLineLimits extends BreakerLimits {
  /** Times that something is tried in all. */
  readonly tries: number;
  /** Milliseconds before the second try, half of them at random; doubled for each further one. */
  readonly backoff: number;
  /** Milliseconds that are waited at most, also where the crew names a time. */
  readonly patience: number;
}

export const CREW_LINE_LIMITS: Omit<CrewLineLimits, 'tries'> = {
  failures: 5,
  pause: 10_000,
  backoff: 500,
  patience: 5000,
};

const BREAKING: ReadonlySet<string> = new Set([
  CrewErrors.CREW_UNAVAILABLE.code,
  CrewErrors.CREW_TIMEOUT.code,
  CrewErrors.CREW_INTERRUPTED.code,
  CrewErrors.CREW_FAILED.code,
  CrewErrors.CREW_BAD_ANSWER.code,
]);

/** The way to one address of crews: its breaker, and when something is tried again. */
export class CrewLine {
  private readonly breaker: Breaker;

  constructor(private readonly limits: CrewLineLimits) {
    this.breaker = new Breaker(limits, (error) => BREAKING.has(error.code));
  }

  /** True while the address is left alone after failures. */
  get sparing(): boolean {
    return this.breaker.sparing;
  }

  /** A call that begins work: tried again only while it is certain that none has begun. */
  begin<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> {
    return this.retrying((error) => neverStarted(error) && error.retriable, call, signal);
  }

  /** A call that changes nothing: tried again after anything that may pass. */
  ask<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> {
    return this.retrying((error) => error.retriable, call, signal);
  }

  /** A call without a second try. */
  async once<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await this.breaker.execute(call);
    } catch (error) {
      throw error instanceof BrokenCircuitError ? spared(Math.ceil(this.limits.pause / 1000)) : error;
    }
  }

  private retrying<T>(
    again: (error: CrewError) => boolean,
    call: () => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    const worthIt = (error: Error): boolean =>
      error instanceof CrewError && again(error) && (error.retryAfter ?? 0) * 1000 <= this.limits.patience;
    const policy = retry(handleWhen(worthIt), {
      maxAttempts: this.limits.tries - 1,
      backoff: new DelegateBackoff((context: { attempt: number; result: object }) => this.wait(context)),
    });
    return policy.execute(() => {
      signal.throwIfAborted();
      return this.once(call);
    }, signal);
  }

  private wait({ attempt, result }: { attempt: number; result: object }): number {
    const error = 'error' in result ? result.error : undefined;
    const asked = error instanceof CrewError ? (error.retryAfter ?? 0) * 1000 : 0;
    const jittered = this.limits.backoff * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
    return Math.min(Math.max(asked, jittered), this.limits.patience);
  }
}

/** One line for each origin that crews live at, for the life of the process. */
export class CrewLines {
  private readonly byOrigin = new Map<string, CrewLine>();

  constructor(private readonly limits: CrewLineLimits) {}

  /** In: an address from the configuration. */
  to(url: string): CrewLine {
    const { origin } = new URL(url);
    const line = this.byOrigin.get(origin) ?? new CrewLine(this.limits);
    this.byOrigin.set(origin, line);
    return line;
  }
}
