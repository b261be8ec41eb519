import type { ThrottlerStorage } from '@nestjs/throttler';

/** What the window of a key holds; times in milliseconds. */
export interface WindowState {
  readonly hits: number;
  /** Until the oldest hit leaves the window; 0 where there is none. */
  readonly oldestLeavesIn: number;
  /** Until the window is empty; 0 where it is. */
  readonly emptyIn: number;
}

const SWEEP_EVERY = 60_000;

/** Times at which hits leave the window, oldest first; `head` moves on, so that leaving costs nothing. */
class Hits {
  private ends: number[] = [];
  private head = 0;

  get count(): number {
    return this.ends.length - this.head;
  }

  get oldest(): number | undefined {
    return this.ends[this.head];
  }

  get newest(): number | undefined {
    return this.ends.at(this.count > 0 ? -1 : this.ends.length);
  }

  add(end: number): void {
    this.ends.push(end);
  }

  removeNewest(): void {
    if (this.count > 0) this.ends.pop();
  }

  drop(now: number): void {
    while (this.head < this.ends.length && this.ends[this.head]! <= now) this.head += 1;
    if (this.head > 64 && this.head * 2 > this.ends.length) {
      this.ends = this.ends.slice(this.head);
      this.head = 0;
    }
  }
}

/**
 * The store behind every rate limit: an exact sliding window a key, by a clock that only moves forward.
 * A refused hit is not counted, so that whoever waits as told gets through. A hit costs constant time,
 * whatever the limit; the store that comes with the throttler walks all hits of a key at each one.
 */
export class HitWindows implements ThrottlerStorage {
  private readonly windows = new Map<string, Hits>();
  private nextSweep = 0;

  /** In: a clock in milliseconds. */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Counts a hit unless `limit` hits lie within the last `ttl` milliseconds. Times in the answer are in whole seconds. */
  increment(key: string, ttl: number, limit: number): ReturnType<ThrottlerStorage['increment']> {
    const now = this.now();
    this.sweep(now);
    const hits = this.windows.get(key) ?? new Hits();
    this.windows.set(key, hits);
    hits.drop(now);
    const isBlocked = hits.count >= limit;
    if (!isBlocked) hits.add(now + ttl);
    const wait = seconds((hits.oldest ?? now + ttl) - now);
    return Promise.resolve({
      totalHits: hits.count + (isBlocked ? 1 : 0),
      timeToExpire: wait,
      isBlocked,
      timeToBlockExpire: isBlocked ? wait : 0,
    });
  }

  /** Takes the newest hit of a key back. */
  giveBack(key: string): void {
    this.windows.get(key)?.removeNewest();
  }

  /** Looks at a key without counting. */
  peek(key: string): WindowState {
    const now = this.now();
    const hits = this.windows.get(key);
    hits?.drop(now);
    return {
      hits: hits?.count ?? 0,
      oldestLeavesIn: Math.max(0, (hits?.oldest ?? now) - now),
      emptyIn: Math.max(0, (hits?.newest ?? now) - now),
    };
  }

  /** How many keys are held; those without hits go within a minute of the next hit on any. */
  get size(): number {
    return this.windows.size;
  }

  private sweep(now: number): void {
    if (now < this.nextSweep) return;
    this.nextSweep = now + SWEEP_EVERY;
    for (const [key, hits] of this.windows) {
      hits.drop(now);
      if (hits.count === 0) this.windows.delete(key);
    }
  }
}

/** Whole seconds, at least one, so that a client that waits as told is not early. */
function seconds(milliseconds: number): number {
  return Math.max(1, Math.ceil(milliseconds / 1000));
}
