import { withinTime } from '../common/within-time.js';
import { HitWindows } from './hit-windows.js';
import { type Hit, Windows, type WindowState } from './windows.js';

const LIMIT_MS = 250;

/** Windows that are kept somewhere else, and may not be reached. */
export interface RemoteWindows {
  increment(key: string, ttl: number, limit: number): Promise<Hit>;
  giveBack(key: string): Promise<void>;
  peek(key: string): Promise<WindowState>;
}

/**
 * Windows that processes share. While they cannot be reached this process counts by itself and allows half,
 * since others do the same.
 */
export class SharedWindows extends Windows {
  private readonly local = new HitWindows();

  /** In: the windows, whether they are believed to be reachable, and how many milliseconds an answer may take. */
  constructor(
    private readonly remote: RemoteWindows,
    private readonly isUp: () => boolean,
    private readonly limitMs = LIMIT_MS,
  ) {
    super();
  }

  async increment(key: string, ttl: number, limit: number): Promise<Hit> {
    return (
      (await this.ask(() => this.remote.increment(key, ttl, limit))) ??
      this.local.increment(key, ttl, Math.ceil(limit / 2))
    );
  }

  giveBack(key: string): void {
    this.local.giveBack(key);
    void this.ask(() => this.remote.giveBack(key));
  }

  async peek(key: string): Promise<WindowState> {
    return (await this.ask(() => this.remote.peek(key))) ?? this.local.peek(key);
  }

  private async ask<T>(call: () => Promise<T>): Promise<T | undefined> {
    return this.isUp() ? withinTime(call(), this.limitMs) : undefined;
  }
}
