import {
  BrokenCircuitError,
  circuitBreaker,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  handleWhen,
} from 'cockatiel';
import { AppError } from './errors/app-error.js';

export interface BreakerLimits {
  /** Consecutive failures that open it. */
  readonly failures: number;
  /** Milliseconds for which it then spares the neighbour. */
  readonly pause: number;
}

/**
 * Spares a neighbour that failed several times in a row. After the pause one call tests it, and no other waits for
 * that test. A call that its caller stopped proves nothing.
 */
export class Breaker {
  private readonly policy: CircuitBreakerPolicy;
  private openedAt = 0;

  /** In: `counts`, which failures speak against the neighbour. */
  constructor(
    private readonly limits: BreakerLimits,
    private readonly counts: (error: AppError) => boolean,
  ) {
    this.policy = circuitBreaker(
      handleWhen((error) => this.speaksAgainst(error)),
      { breaker: new ConsecutiveBreaker(limits.failures), halfOpenAfter: limits.pause },
    );
    this.policy.onBreak(() => (this.openedAt = Date.now()));
  }

  /** True while calls are refused without being tried. */
  get sparing(): boolean {
    return this.policy.state !== CircuitState.Closed && Date.now() - this.openedAt < this.limits.pause;
  }

  /** Rejects with BrokenCircuitError where the neighbour is spared, else as `call` does. */
  async execute<T>(call: () => Promise<T>): Promise<T> {
    if (this.policy.state === CircuitState.HalfOpen) throw new BrokenCircuitError();
    return this.policy.execute(call);
  }

  private speaksAgainst(error: unknown): boolean {
    if (error instanceof AppError) return this.counts(error);
    return this.policy.state === CircuitState.HalfOpen;
  }
}
