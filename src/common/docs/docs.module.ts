import { type DynamicModule, Module } from '@nestjs/common';
import type { SocketChannel } from './async-api.js';

/** Token of the sockets' channels, which `setupOpenApi` serves at /chat/asyncapi.json. */
export const SOCKET_CHANNELS = Symbol('SOCKET_CHANNELS');

/** Makes the sockets' channels known to the documentation. */
@Module({})
export class DocsModule {
  static forRoot(options: { readonly channels: readonly SocketChannel[] }): DynamicModule {
    return {
      module: DocsModule,
      providers: [{ provide: SOCKET_CHANNELS, useValue: options.channels }],
      exports: [SOCKET_CHANNELS],
    };
  }
}
