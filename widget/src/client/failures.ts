import { ChatError, unreachable } from './chat-error.js';
import type { Emitter } from './emitter.js';
import type { Store } from './store.js';

const RETRY_FIRST = 2_000;
const RETRY_MOST = 30_000;
const WAIT_UNTOLD = 10;

/** What becomes of a refusal or failure: a sentence for the user, an event for the host, another try. */
export class Failures {
  private attempts = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly store: Store,
    private readonly events: Emitter,
    private readonly again: () => void,
  ) {}

  /** One call failed; the conversation goes on. */
  complain(thrown: unknown): void {
    const error = asChatError(thrown);
    if (error.status === 401) return this.shutOut(error);
    const until = error.status === 429 ? Date.now() + (error.retryAfter ?? WAIT_UNTOLD) * 1000 : undefined;
    this.store.dispatch({ type: 'notice', notice: { error: error.body, ...(until ? { until } : {}) } });
    if (error.status !== 0) this.events.emit('error', error.body);
  }

  /** No way in: 401 and 403 wait for the host or the user, all else is tried again with growing pauses. */
  shutOut(thrown: unknown): void {
    const error = asChatError(thrown);
    const final = error.status === 401 || error.status === 403;
    const status = error.status === 401 ? 'signed_out' : error.status === 403 ? 'refused' : 'offline';
    this.store.dispatch({ type: 'status', status });
    this.store.dispatch({ type: 'notice', notice: final ? { error: error.body } : null });
    if (error.status !== 0) this.events.emit('error', error.body);
    clearTimeout(this.timer);
    if (final) return;
    const pause = Math.min(RETRY_MOST, RETRY_FIRST * 2 ** this.attempts);
    this.attempts += 1;
    this.timer = setTimeout(this.again, error.retryAfter ? error.retryAfter * 1000 : pause);
  }

  /** It works again, or is given up: no other try is waiting. */
  settled(): void {
    this.attempts = 0;
    clearTimeout(this.timer);
  }

  /** Runs it; a failure is complained of. */
  async attempt(action: () => Promise<unknown>): Promise<void> {
    try {
      await action();
    } catch (thrown) {
      this.complain(thrown);
    }
  }
}

function asChatError(thrown: unknown): ChatError {
  return thrown instanceof ChatError ? thrown : unreachable();
}
