import { Inject, Injectable } from '@nestjs/common';
import { CACHE_MANAGER, Cache } from '@nestjs/cache-manager';
import { AppCache } from './cache.js';
import type { CacheStore } from './cache-store.js';
import { withinTime } from '../common/within-time.js';

export const CACHE_STORE = Symbol('CACHE_STORE');
const COMMAND_TIMEOUT_MS = 250;

/** AppCache over Nest's cache manager. A store that is slow, full or gone looks empty. */
@Injectable()
export class ManagedCache extends AppCache {
  constructor(
    @Inject(CACHE_MANAGER) private readonly cache: Cache,
    @Inject(CACHE_STORE) private readonly store: CacheStore,
  ) {
    super();
  }

  async get<T>(key: string): Promise<T | undefined> {
    return this.limited(() => this.cache.get<T>(key));
  }

  async set(key: string, value: unknown, ttlMs: number): Promise<void> {
    if (ttlMs > 0) await this.limited(() => this.cache.set(key, value, ttlMs));
  }

  async delete(key: string): Promise<void> {
    await this.limited(() => this.cache.del(key));
  }

  async ping(): Promise<boolean> {
    return this.store.ping().catch(() => false);
  }

  private async limited<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (!this.store.up) return undefined;
    return this.store.remote ? withinTime(work(), COMMAND_TIMEOUT_MS) : work().catch(() => undefined);
  }
}
