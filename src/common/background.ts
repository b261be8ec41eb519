export interface BackgroundLimits {
  /** Pieces of work that are done at once. */
  readonly atOnce: number;
  /** Pieces that may wait; what comes beyond them is dropped. */
  readonly waiting: number;
}

/** Work that nobody waits for: some of it at once, never two pieces of one key, and of those that wait the newest. */
export class Background<Item> {
  private readonly closing = new AbortController();
  private readonly waiting = new Map<string, Item>();
  private readonly busy = new Map<string, Promise<void>>();

  /** In: `work`, which gives up at its signal, and `failed`, called with what it throws before that. */
  constructor(
    private readonly limits: BackgroundLimits,
    private readonly work: (item: Item, signal: AbortSignal) => Promise<void>,
    private readonly failed: (item: Item, error: unknown) => void,
  ) {}

  /** Returns at once. */
  add(key: string, item: Item): void {
    if (this.closing.signal.aborted) return;
    if (!this.waiting.has(key) && this.waiting.size >= this.limits.waiting) return;
    this.waiting.set(key, item);
    this.next();
  }

  /** Gives up what is under way and what waits, and resolves when nothing is done any more. */
  async close(): Promise<void> {
    this.closing.abort();
    this.waiting.clear();
    await Promise.all(this.busy.values());
  }

  private next(): void {
    for (const [key, item] of this.waiting) {
      if (this.busy.size >= this.limits.atOnce) return;
      if (this.busy.has(key)) continue;
      this.waiting.delete(key);
      this.busy.set(key, this.done(key, item));
    }
  }

  private async done(key: string, item: Item): Promise<void> {
    try {
      await this.work(item, this.closing.signal);
    } catch (error) {
      if (!this.closing.signal.aborted) this.failed(item, error);
    }
    this.busy.delete(key);
    this.next();
  }
}
