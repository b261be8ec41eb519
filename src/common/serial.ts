import { AppError } from './errors/app-error.js';
import { CommonErrors } from './errors/common.errors.js';

/** Tasks that may wait at most; whoever has more under way is told to wait. */
const MAX_WAITING = 32;

/** Runs tasks one after the other, in the order in which they were given. A failed task does not stop the next. */
export class Serial {
  private tail: Promise<unknown> = Promise.resolve();
  private waiting = 0;

  /** Throws RATE_LIMITED where too many tasks wait already. */
  async run<T>(task: () => T | Promise<T>): Promise<T> {
    if (this.waiting >= MAX_WAITING) {
      throw new AppError(
        CommonErrors.RATE_LIMITED,
        'Too much at once on this connection. Wait for the answers.',
        {
          retryAfter: 1,
        },
      );
    }
    this.waiting += 1;
    const result = this.tail.then(task, task);
    this.tail = result.then(
      () => (this.waiting -= 1),
      () => (this.waiting -= 1),
    );
    return result;
  }
}
