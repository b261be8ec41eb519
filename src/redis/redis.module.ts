import { CacheModule } from '@nestjs/cache-manager';
import { Global, Inject, Module, Optional, type OnApplicationShutdown } from '@nestjs/common';
import { Installation } from '../common/installation.js';
import { Supervision } from '../common/ipc/supervision.js';
import { RedisConfig } from '../config/config.js';
import { AppCache } from './cache.js';
import { type CacheStore, openCacheStore } from './cache-store.js';
import { FanOut } from './fan-out.js';
import { HitWindows } from './hit-windows.js';
import { CACHE_STORE, ManagedCache } from './managed-cache.js';
import { MemoryFanOut } from './memory-fan-out.js';
import { IpcWindows } from './ipc-windows.js';
import { IpcWire } from './ipc-wire.js';
import { RedisLink } from './redis-link.js';
import { RedisWindows } from './redis-windows.js';
import { RedisWire } from './redis-wire.js';
import { SharedWindows } from './shared-windows.js';
import { Windows } from './windows.js';
import { WiredFanOut } from './wired-fan-out.js';

/** The connection; undefined without REDIS_URL. */
const LINK = Symbol('REDIS_LINK');

@Module({
  providers: [
    {
      provide: LINK,
      inject: [RedisConfig, Installation],
      useFactory: ({ url }: RedisConfig, installation: Installation) =>
        url ? new RedisLink(url, installation.id) : undefined,
    },
    { provide: CACHE_STORE, inject: [LINK], useFactory: openCacheStore },
  ],
  exports: [LINK, CACHE_STORE],
})
class RedisLinkModule {}

function openFanOut(redis: RedisLink | undefined, { link }: Supervision): FanOut {
  if (redis) return new WiredFanOut(new RedisWire(redis));
  return link ? new WiredFanOut(new IpcWire(link)) : new MemoryFanOut();
}

function openWindows(redis: RedisLink | undefined, { link }: Supervision): Windows {
  if (redis) return new SharedWindows(new RedisWindows(redis), () => redis.up);
  return link ? new SharedWindows(new IpcWindows(link), () => true) : new HitWindows();
}

/** Provides what processes share: the cache, the fan-out, and the windows of the limits. */
@Global()
@Module({
  imports: [
    RedisLinkModule,
    CacheModule.registerAsync({
      imports: [RedisLinkModule],
      inject: [CACHE_STORE],
      useFactory: (store: CacheStore) => ({ stores: [store.keyv] }),
    }),
  ],
  providers: [
    { provide: AppCache, useClass: ManagedCache },
    {
      provide: FanOut,
      inject: [LINK, Supervision],
      useFactory: openFanOut,
    },
    { provide: Windows, inject: [LINK, Supervision], useFactory: openWindows },
  ],
  exports: [AppCache, FanOut, Windows],
})
export class RedisModule implements OnApplicationShutdown {
  constructor(@Optional() @Inject(LINK) private readonly link: RedisLink | undefined) {}

  onApplicationShutdown(): void {
    this.link?.close();
  }
}
