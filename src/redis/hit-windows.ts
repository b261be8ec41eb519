import { type Hit, toHit, Windows, type WindowState } from './windows.js';

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
 * Windows of this process, by a clock that only moves forward. A hit costs constant time, whatever the limit;
 * the store that comes with the throttler walks all hits of a key at each one.
 */
export class HitWindows extends Windows {
  private readonly windows = new Map<string, Hits>();
  private nextSweep = 0;

  /** In: a clock in milliseconds. */
  constructor(private readonly now: () => number = () => performance.now()) {
    super();
  }

  increment(key: string, ttl: number, limit: number): Promise<Hit> {
    const now = this.now();
    this.sweep(now);
    const hits = this.windows.get(key) ?? new Hits();
    this.windows.set(key, hits);
    hits.drop(now);
    const isBlocked = hits.count >= limit;
    if (!isBlocked) hits.add(now + ttl);
    return Promise.resolve(toHit(hits.count, isBlocked, (hits.oldest ?? now + ttl) - now));
  }

  giveBack(key: string): void {
    this.windows.get(key)?.removeNewest();
  }

  peek(key: string): Promise<WindowState> {
    const now = this.now();
    const hits = this.windows.get(key);
    hits?.drop(now);
    return Promise.resolve({
      hits: hits?.count ?? 0,
      oldestLeavesIn: Math.max(0, (hits?.oldest ?? now) - now),
      emptyIn: Math.max(0, (hits?.newest ?? now) - now),
    });
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
