import { type DynamicModule, Module } from '@nestjs/common';
import { CONFIG_SLICES } from './config.js';
import type { Env } from './env.schema.js';

/** Provides every slice of the environment, by its class, to the whole application. */
@Module({})
export class ConfigModule {
  static forRoot(env: Env): DynamicModule {
    return {
      module: ConfigModule,
      global: true,
      providers: CONFIG_SLICES.map((Slice) => ({ provide: Slice, useValue: Object.freeze(new Slice(env)) })),
      exports: [...CONFIG_SLICES],
    };
  }
}
