import { CacheModule } from '@nestjs/cache-manager';
import { Global, Inject, Module, Optional, type OnApplicationShutdown } from '@nestjs/common';
import { Installation } from '../common/installation.js';
import { RedisConfig } from '../config/config.js';
import { AppCache } from './cache.js';
import { type CacheStore, openCacheStore } from './cache-store.js';
import { FanOut } from './fan-out.js';
import { CACHE_STORE, ManagedCache } from './managed-cache.js';
import { MemoryFanOut } from './memory-fan-out.js';
import { RedisLink } from './redis-link.js';
import { RedisWire } from './redis-wire.js';
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

/** Provides the cache and the fan-out to every feature. */
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
      inject: [LINK],
      useFactory: (link: RedisLink | undefined) =>
        link ? new WiredFanOut(new RedisWire(link)) : new MemoryFanOut(),
    },
  ],
  exports: [AppCache, FanOut],
})
export class RedisModule implements OnApplicationShutdown {
  constructor(@Optional() @Inject(LINK) private readonly link: RedisLink | undefined) {}

  onApplicationShutdown(): void {
    this.link?.close();
  }
}
