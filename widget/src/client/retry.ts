export interface Pauses {
  /** Milliseconds: the bound of the first pause; each further one is twice as long. */
  readonly first: number;
  readonly most: number;
}

/**
 * Does something again after a growing, random pause, so that many clients never come back at once:
 * exponential backoff with full jitter (AWS Architecture Blog, "Exponential Backoff And Jitter").
 */
export class Retry {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private count = 0;

  constructor(
    private readonly action: () => void,
    private readonly pauses: Pauses,
  ) {}

  /** Pauses since it last went well. */
  get tries(): number {
    return this.count;
  }

  get waiting(): boolean {
    return this.timer !== undefined;
  }

  /** Plans the next try, in place of one that was planned. In: milliseconds that the other side asked to wait. */
  later(atLeast = 0): void {
    clearTimeout(this.timer);
    const bound = Math.min(this.pauses.most, this.pauses.first * 2 ** this.count);
    this.count += 1;
    this.timer = setTimeout(() => this.now(), atLeast + Math.random() * bound);
  }

  /** Tries at once instead of later. */
  now(): void {
    this.stop();
    this.action();
  }

  /** No try is planned any more; the next pause is as long as it would have been. */
  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** It went well, or everything is different now: the next pause is short again. */
  settled(): void {
    this.stop();
    this.count = 0;
  }
}
