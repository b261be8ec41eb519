/** What the window of a key holds; times in milliseconds. */
export interface WindowState {
  readonly hits: number;
  /** Until the oldest hit leaves the window; 0 where there is none. */
  readonly oldestLeavesIn: number;
  /** Until the window is empty; 0 where it is. */
  readonly emptyIn: number;
}

/** The outcome of a hit, in the form that the throttler takes; times in whole seconds. */
export interface Hit {
  readonly totalHits: number;
  readonly timeToExpire: number;
  readonly isBlocked: boolean;
  readonly timeToBlockExpire: number;
}

/**
 * The store behind every rate limit: an exact sliding window a key, over all processes that share it.
 * A refused hit is not counted, so that whoever waits as told gets through. Never throws.
 */
export abstract class Windows {
  /** Counts a hit unless `limit` hits lie within the last `ttl` milliseconds. */
  abstract increment(key: string, ttl: number, limit: number): Promise<Hit>;
  /** Takes the newest hit of a key back. */
  abstract giveBack(key: string): void;
  /** Looks at a key without counting. */
  abstract peek(key: string): Promise<WindowState>;
}

/** In: what a window holds after a hit, and when its oldest leaves (milliseconds). Out: the hit's outcome. */
export function toHit(hits: number, isBlocked: boolean, oldestLeavesIn: number): Hit {
  const wait = Math.max(1, Math.ceil(oldestLeavesIn / 1000));
  return {
    totalHits: hits + (isBlocked ? 1 : 0),
    timeToExpire: wait,
    isBlocked,
    timeToBlockExpire: isBlocked ? wait : 0,
  };
}
