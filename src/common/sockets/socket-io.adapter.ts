import type { IncomingMessage } from 'node:http';
import type { INestApplicationContext, WsMessageHandler } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { firstValueFrom, type Observable } from 'rxjs';
import type { Server, ServerOptions, Socket } from 'socket.io';
import { toAppError, toErrorBody } from '../errors/error-body.js';
import { newId } from '../ids.js';
import { refuseUpgrade } from './refuse-upgrade.js';

export const SOCKET_IO_PATH = '/chat/socket.io';
const AUTH_WITHIN_MS = 5_000;

/** Neither origin nor places are asked for where a socket changes its transport; with one transport nobody needs to. */
function refuseSecondTransport(
  request: { _query?: Readonly<Record<string, unknown>> },
  _response: unknown,
  next: (error?: Error) => void,
): void {
  next(request._query?.['sid'] === undefined ? undefined : new Error('This socket keeps its transport'));
}

export interface SocketIoOptions {
  /** Bytes of one incoming packet. */
  readonly maxFrame: number;
  /** Milliseconds. */
  readonly pingInterval: number;
  /** Milliseconds. */
  readonly pingTimeout: number;
  /** The status to refuse an upgrade with; undefined where it may go on. */
  readonly refusalOf: (upgrade: IncomingMessage) => number | undefined;
  /** Puts the principal on `socket.data`, or throws an AppError. */
  readonly authenticate: (socket: Socket) => Promise<void>;
}

/** The one place that decides how socket.io listens: path, transport, limits, origins, who may come in. */
export class SocketIoAdapter extends IoAdapter {
  constructor(
    app: INestApplicationContext,
    private readonly options: SocketIoOptions,
  ) {
    super(app);
  }

  override createIOServer(port: number, given?: ServerOptions): Server {
    const server: Server = super.createIOServer(port, {
      ...given,
      path: SOCKET_IO_PATH,
      transports: ['websocket'],
      serveClient: false,
      destroyUpgrade: false,
      allowEIO3: false,
      perMessageDeflate: false,
      httpCompression: false,
      maxHttpBufferSize: this.options.maxFrame,
      pingInterval: this.options.pingInterval,
      pingTimeout: this.options.pingTimeout,
      connectTimeout: AUTH_WITHIN_MS,
      allowRequest: (request, decide) => {
        const status = this.options.refusalOf(request);
        if (status === undefined) decide(null, true);
        else refuseUpgrade(request.socket, status);
      },
    } satisfies Partial<ServerOptions> as ServerOptions);
    server.engine.use(refuseSecondTransport);
    const taken = new WeakSet<object>();
    server.use((socket, next) => {
      if (taken.has(socket.conn)) {
        socket.conn.close();
        return;
      }
      taken.add(socket.conn);
      this.options.authenticate(socket).then(
        () => next(),
        (thrown: unknown) => {
          const error = toAppError(thrown);
          next(Object.assign(new Error(error.detail), { data: toErrorBody(error, newId()) }));
        },
      );
    });
    return server;
  }

  /** As the base class does, without streams of observables for each event of each socket: 25 kB a socket less. */
  override bindMessageHandlers(
    socket: Socket,
    handlers: WsMessageHandler<string>[],
    transform: (data: unknown) => Observable<unknown>,
  ): void {
    for (const { message, callback } of handlers) {
      socket.on(message, (...args: unknown[]) => {
        const last = args.at(-1);
        const ack = typeof last === 'function' ? (last as (answer: unknown) => void) : undefined;
        const data = args[0] === ack ? undefined : args[0];
        const handled = callback(data, ack) as Promise<unknown>;
        void firstValueFrom(transform(handled), { defaultValue: undefined }).then((answer) => {
          if (answer !== undefined) ack?.(answer);
        });
      });
    }
  }
}
