import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { toAppError, toErrorBody } from '../../common/errors/error-body.js';
import { FailureWatch } from '../../common/errors/failure-watch.js';
import { parseInput } from '../../common/errors/validation.js';
import { ignoreUpgrade } from '../../common/http/ignore-upgrade.js';
import { logFailure } from '../../common/http/error.filter.js';
import { newId } from '../../common/ids.js';
import { SOCKET_IO_PATH } from '../../common/sockets/socket-io.adapter.js';
import { refuseUpgrade } from '../../common/sockets/refuse-upgrade.js';
import { SocketConfig } from '../../config/config.js';
import { EventLimiter } from '../../usage/event-limiter.service.js';
import { SessionId } from '../../common/session-id.contract.js';
import { AdmissionService } from '../live/admission.service.js';
import { CLOSE_GOING_AWAY, CLOSE_POLICY, CLOSE_TRY_AGAIN } from './close-codes.js';
import { parseFrame } from './parse-frame.js';
import { RawArrivals } from './raw-arrivals.js';
import { RawCommands } from './raw-commands.js';
import type { RawConnection } from './raw-connection.js';
import { errorFrame } from './raw-frames.js';

/** A client that does not answer a close in this time is cut off. */
const CLOSE_TIMEOUT_MS = 5_000;
const PATH = /^\/chat\/ws\/([^/?#]+)$/;
/** Milliseconds that a refused client has to close its side. */
const CLOSE_WITHIN_MS = 3_000;

/** The raw WebSocket at /chat/ws/{session_id}: JSON frames of the original service, unchanged, and a few more. */
@Injectable()
export class RawGateway implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly logger = new Logger('websocket');
  private readonly server: WebSocketServer;
  private heartbeat: NodeJS.Timeout | undefined;
  private readonly silent = new WeakSet<WebSocket>();

  constructor(
    private readonly host: HttpAdapterHost,
    private readonly arrivals: RawArrivals,
    private readonly commands: RawCommands,
    private readonly admission: AdmissionService,
    private readonly config: SocketConfig,
    private readonly failures: FailureWatch,
    private readonly limiter: EventLimiter,
  ) {
    const options = {
      noServer: true,
      maxPayload: config.maxFrame,
      perMessageDeflate: false,
      closeTimeout: CLOSE_TIMEOUT_MS,
    };
    this.server = new WebSocketServer(options);
  }

  onApplicationBootstrap(): void {
    this.host.httpAdapter
      .getHttpServer()
      .on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
        this.upgrade(request, socket, head),
      );
    this.heartbeat = setInterval(() => this.beat(), this.config.pingInterval);
    this.heartbeat.unref();
  }

  beforeApplicationShutdown(): void {
    for (const socket of this.server.clients) socket.emit('draining');
  }

  onApplicationShutdown(): void {
    clearInterval(this.heartbeat);
    for (const socket of this.server.clients) socket.close(CLOSE_GOING_AWAY, 'Service is restarting');
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const address = `http://local${request.url ?? ''}`;
    if (!URL.canParse(address)) return refuseUpgrade(socket, 400);
    const { pathname, searchParams } = new URL(address);
    if (request.url?.startsWith(`${SOCKET_IO_PATH}/`)) return;
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') {
      return ignoreUpgrade(this.host.httpAdapter.getHttpServer(), request, socket, head);
    }
    const session = PATH.exec(pathname)?.[1];
    if (session === undefined) return refuseUpgrade(socket, 404);
    const status = this.admission.refusalOf(request, 'websocket');
    if (status !== undefined) return refuseUpgrade(socket, status);
    this.server.handleUpgrade(request, socket, head, (ws) => {
      void this.accept(ws, request, session, searchParams.get('stream') === 'true');
    });
  }

  /** Nothing is read from the client until its token was checked. */
  private async accept(
    ws: WebSocket,
    request: IncomingMessage,
    session: string,
    stream: boolean,
  ): Promise<void> {
    ws.pause();
    ws.on('error', () => ws.terminate());
    ws.on('pong', () => this.silent.delete(ws));
    try {
      const sessionId = parseInput(SessionId, session);
      const connection = await this.arrivals.welcome(ws, request, sessionId, stream);
      ws.on('message', (data) => void this.receive(connection, data));
    } catch (thrown) {
      const error = toAppError(thrown);
      const reason = error.status === 401 ? 'Authentication required' : error.detail;
      ws.close(
        error.retriable ? CLOSE_TRY_AGAIN : CLOSE_POLICY,
        Buffer.from(reason).subarray(0, 120).toString(),
      );
      setTimeout(() => ws.terminate(), CLOSE_WITHIN_MS).unref();
    }
    ws.resume();
  }

  private async receive(connection: RawConnection, data: RawData): Promise<void> {
    try {
      await this.limiter.take(connection.principal, () => connection.refuse());
      await connection.order.run(() => this.commands.perform(connection, parseFrame(data)));
    } catch (thrown) {
      const error = toAppError(thrown);
      const requestId = newId();
      logFailure(this.logger, error, requestId);
      this.failures.heard({ error, requestId, caller: connection.principal, target: 'websocket frame' });
      connection.send(errorFrame(toErrorBody(error, requestId)));
    }
  }

  /** Pings everybody; whoever did not answer the ping before is cut off (RFC 6455, 5.5.2). */
  private beat(): void {
    for (const socket of this.server.clients) {
      if (this.silent.has(socket)) {
        socket.terminate();
        continue;
      }
      this.silent.add(socket);
      socket.ping();
    }
  }
}
