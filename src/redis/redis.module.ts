import { CacheModule } from '@nestjs/cache-manager';
import { Global, Module } from '@nestjs/common';
import { RedisConfig } from '../config/config.js';
import { AppCache } from './cache.js';
import { type CacheStore, openCacheStore } from './cache-store.js';
import { FanOut } from './fan-out.js';
import { CACHE_STORE, ManagedCache } from './managed-cache.js';
import { MemoryFanOut } from './memory-fan-out.js';

@Module({
  providers: [
    {
      provide: CACHE_STORE,
      inject: [RedisConfig],
      useFactory: (config: RedisConfig) => openCacheStore(config.url),
    },
  ],
  exports: [CACHE_STORE],
})
class CacheStoreModule {}

/** Provides the cache and the fan-out to every feature. */
@Global()
@Module({
  imports: [
    CacheStoreModule,
    CacheModule.registerAsync({
      imports: [CacheStoreModule],
      inject: [CACHE_STORE],
      useFactory: (store: CacheStore) => ({ stores: [store.keyv] }),
    }),
  ],
  providers: [
    { provide: AppCache, useClass: ManagedCache },
    { provide: FanOut, useClass: MemoryFanOut },
  ],
  exports: [AppCache, FanOut],
})
export class RedisModule {}
