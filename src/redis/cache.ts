/**
 * Copies of what can be had again elsewhere: an entry may vanish at any moment. Shared by all nodes where
 * Redis is configured, of this process otherwise. Values are JSON-safe.
 * Never throws: a cache that cannot be reached is an empty one.
 */
export abstract class AppCache {
  /** Out: the value, or undefined where there is none (any more). */
  abstract get<T>(key: string): Promise<T | undefined>;
  /** Keeps `value` for `ttlMs` milliseconds; 0 or less keeps nothing. */
  abstract set(key: string, value: unknown, ttlMs: number): Promise<void>;
  abstract delete(key: string): Promise<void>;
  /** Out: whether the cache answers now. */
  abstract ping(): Promise<boolean>;
}
