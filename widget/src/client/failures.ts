import { ChatError, unreachable } from './chat-error.js';
import type { Emitter } from './emitter.js';
import type { Store } from './store.js';

const WAIT_UNTOLD = 10;

/** What becomes of a refusal or failure: a sentence for the user, an event for the host. */
export class Failures {
  constructor(
    private readonly store: Store,
    private readonly events: Emitter,
    /** Ends the connection: the token lets nobody in any more. */
    private readonly disconnect: () => void,
  ) {}

  /** One call failed; the conversation goes on. */
  complain(thrown: unknown): void {
    const error = asChatError(thrown);
    if (error.status === 401) return this.shutOut(error);
    const until = error.status === 429 ? Date.now() + (error.retryAfter ?? WAIT_UNTOLD) * 1000 : undefined;
    this.store.dispatch({ type: 'notice', notice: { error: error.body, ...(until ? { until } : {}) } });
    if (error.status !== 0) this.events.emit('error', error.body);
  }

  /** There is no way in: 401 and 403 wait for the host or the user, all else for another try. */
  shutOut(error: ChatError): void {
    const status = error.status === 401 ? 'signed_out' : error.status === 403 ? 'refused' : 'offline';
    this.store.dispatch({ type: 'status', status });
    this.store.dispatch({ type: 'notice', notice: error.isFinal ? { error: error.body } : null });
    if (error.status !== 0) this.events.emit('error', error.body);
    if (error.isFinal) this.disconnect();
  }

  /** Runs it; a failure is complained of. Out: whether it succeeded. */
  async attempt(action: () => Promise<unknown>): Promise<boolean> {
    try {
      await action();
      return true;
    } catch (thrown) {
      this.complain(thrown);
      return false;
    }
  }
}

/** In: whatever was thrown. Out: it; what is no ChatError counts as no answer. */
export function asChatError(thrown: unknown): ChatError {
  return thrown instanceof ChatError ? thrown : unreachable();
}
