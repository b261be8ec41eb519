import { Logger } from '@nestjs/common';
import { KeyvAdapter } from 'cache-manager';
import { redisInsStore } from 'cache-manager-redis-yet';
import { Keyv } from 'keyv';
import { createClient } from 'redis';
import { BoundedMap } from './bounded-map.js';

const MEMORY_ENTRIES = 10_000;
const CONNECT_TIMEOUT_MS = 2000;
const PING_TIMEOUT_MS = 1000;
const PING_INTERVAL_MS = 5000;
const MAX_QUEUED_COMMANDS = 10_000;
const MAX_RETRY_DELAY_MS = 5000;
const KEY_PREFIX = 'bizosaas-chat';

/** Where the cache keeps its entries: the only file that knows which store that is. */
export interface CacheStore {
  readonly keyv: Keyv;
  /** True where a command may hang or fail, so that callers need a limit of time. */
  readonly remote: boolean;
  ping(): Promise<boolean>;
  close(): Promise<void>;
}

/** In: the address of a Redis, or nothing for the memory of this process. Never waits for Redis, never throws. */
export function openCacheStore(url: string | undefined): CacheStore {
  return url ? redisStore(url) : memoryStore(MEMORY_ENTRIES);
}

/** Out: a store in memory that keeps the `limit` entries used last. */
export function memoryStore(limit: number): CacheStore {
  return {
    keyv: new Keyv({ store: new BoundedMap<string, unknown>(limit), useKeyPrefix: false }),
    remote: false,
    ping: async () => true,
    close: async () => undefined,
  };
}

/**
 * `redisInsStore` takes a living client; its sibling `redisStore` makes one without an error listener, and a
 * Redis that goes away would then end the process. A store given to Nest's cache module without the adapter
 * is silently replaced by memory.
 */
function redisStore(url: string): CacheStore {
  const client = connect(url);
  const store = redisInsStore(client as never, { keyPrefix: KEY_PREFIX });
  return {
    keyv: new Keyv({ store: new KeyvAdapter(store as never), useKeyPrefix: false }),
    remote: true,
    ping: async () => client.isReady && (await withinTime(client.ping(), PING_TIMEOUT_MS)) === 'PONG',
    close: async () => client.destroy(),
  };
}

function connect(url: string) {
  const logger = new Logger('Redis');
  let reported = false;
  const client = createClient({
    url,
    disableOfflineQueue: true,
    commandsQueueMaxLength: MAX_QUEUED_COMMANDS,
    pingInterval: PING_INTERVAL_MS,
    socket: {
      connectTimeout: CONNECT_TIMEOUT_MS,
      socketTimeout: 2 * PING_INTERVAL_MS,
      reconnectStrategy: (retries: number) => Math.min(100 * 2 ** Math.min(retries, 10), MAX_RETRY_DELAY_MS),
    },
  });
  client.on('error', (error: NodeJS.ErrnoException) => {
    if (reported) return;
    reported = true;
    logger.warn(
      { code: error.code ?? error.name },
      'Redis does not answer; the cache stays empty until it does',
    );
  });
  client.on('ready', () => {
    reported = false;
    logger.log('Redis answers');
  });
  client.connect().catch(() => undefined);
  return client;
}

/** Out: what `work` gives, or undefined when it fails or takes longer than `limitMs`. */
export async function withinTime<T>(work: Promise<T>, limitMs: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), limitMs);
  });
  try {
    return await Promise.race([work.catch(() => undefined), late]);
  } finally {
    clearTimeout(timer);
  }
}
