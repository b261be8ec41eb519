import { KeyvAdapter } from 'cache-manager';
import { redisInsStore } from 'cache-manager-redis-yet';
import { Keyv } from 'keyv';
import { BoundedMap } from './bounded-map.js';
import type { RedisLink } from './redis-link.js';

const MEMORY_ENTRIES = 10_000;

/** Where the cache keeps its entries: the only file that knows which store that is. */
export interface CacheStore {
  readonly keyv: Keyv;
  /** True where a command may hang or fail, so that callers need a limit of time. */
  readonly remote: boolean;
  /** False where it is known that no command would be answered. */
  readonly up: boolean;
  ping(): Promise<boolean>;
}

/** In: the connection to Redis, or nothing for the memory of this process. */
export function openCacheStore(link: RedisLink | undefined): CacheStore {
  return link ? redisStore(link) : memoryStore(MEMORY_ENTRIES);
}

/** Out: a store in memory that keeps the `limit` entries used last. */
export function memoryStore(limit: number): CacheStore {
  return {
    keyv: new Keyv({ store: new BoundedMap<string, unknown>(limit), useKeyPrefix: false }),
    remote: false,
    up: true,
    ping: async () => true,
  };
}

/**
 * `redisInsStore` takes a living client; its sibling `redisStore` makes one without an error listener, and a
 * Redis that goes away would then end the process. A store given to Nest's cache module without the adapter
 * is silently replaced by memory.
 */
function redisStore(link: RedisLink): CacheStore {
  const store = redisInsStore(link.client as never, { keyPrefix: link.key('cache') });
  return {
    keyv: new Keyv({ store: new KeyvAdapter(store as never), useKeyPrefix: false }),
    remote: true,
    get up() {
      return link.up;
    },
    ping: () => link.ping(),
  };
}
