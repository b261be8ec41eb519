import { type DynamicModule, Module } from '@nestjs/common';
import { Supervision } from './supervision.js';

/** Provides what is known of the supervisor to the whole application. */
@Module({})
export class SupervisionModule {
  static forRoot(supervision: Supervision): DynamicModule {
    return {
      module: SupervisionModule,
      global: true,
      providers: [{ provide: Supervision, useValue: supervision }],
      exports: [Supervision],
    };
  }
}
