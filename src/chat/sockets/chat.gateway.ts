import { UseFilters, UsePipes, type BeforeApplicationShutdown } from '@nestjs/common';
import {
  ConnectedSocket,
  MessageBody,
  type OnGatewayConnection,
  type OnGatewayInit,
  SubscribeMessage,
  WebSocketGateway,
} from '@nestjs/websockets';
import type { z } from 'zod';
import { AppError } from '../../common/errors/app-error.js';
import { toErrorBody } from '../../common/errors/error-body.js';
import { SchemaPipe } from '../../common/errors/schema.pipe.js';
import { newId } from '../../common/ids.js';
import { Serial } from '../../common/serial.js';
import { AckErrorFilter } from '../../common/sockets/ack-error.filter.js';
import { ChatErrors } from '../chat.errors.js';
import { SocketSend } from '../chat.contract.js';
import { EventLimiter } from '../../usage/event-limiter.service.js';
import { SocketArrivals } from './socket-arrivals.js';
import { SocketCommands } from './socket-commands.js';
import {
  Approve,
  CLIENT_EVENTS,
  Join,
  Refresh,
  Regenerate,
  Resume,
  RunRef,
  Typing,
} from './socket.contract.js';
import { dataOf } from './socket-identity.js';
import { type ChatServer, type ChatSocket, SocketRooms } from './socket-rooms.js';

const RETRY_AFTER_MS = 1_000;

/** socket.io: each event is parsed by its schema, handed on, and acknowledged. */
@UseFilters(AckErrorFilter)
@UsePipes(SchemaPipe)
@WebSocketGateway()
export class ChatGateway implements OnGatewayInit, OnGatewayConnection, BeforeApplicationShutdown {
  private server: ChatServer | undefined;
  private readonly order = new WeakMap<ChatSocket, Serial>();

  constructor(
    private readonly commands: SocketCommands,
    private readonly arrivals: SocketArrivals,
    private readonly rooms: SocketRooms,
    private readonly limiter: EventLimiter,
  ) {}

  afterInit(server: ChatServer): void {
    this.server = server;
    this.rooms.attach(server);
    this.arrivals.attach(server);
  }

  async handleConnection(socket: ChatSocket): Promise<void> {
    socket.use(refuseUnknown);
    await this.arrivals.welcome(socket);
  }

  beforeApplicationShutdown(): void {
    this.server?.emit('system', { content: 'Draining', metadata: { retry_after_ms: RETRY_AFTER_MS } });
  }

  @SubscribeMessage('session:join')
  join(@ConnectedSocket() socket: ChatSocket, @MessageBody({ schema: Join }) body: z.infer<typeof Join>) {
    return this.inOrder(socket, () => this.commands.join(socket, body.session_id));
  }

  @SubscribeMessage('message:send')
  send(
    @ConnectedSocket() socket: ChatSocket,
    @MessageBody({ schema: SocketSend }) body: z.infer<typeof SocketSend>,
  ) {
    return this.inOrder(socket, () => this.commands.send(socket, body));
  }

  @SubscribeMessage('run:stop')
  stop(@ConnectedSocket() socket: ChatSocket, @MessageBody({ schema: RunRef }) body: z.infer<typeof RunRef>) {
    return this.inOrder(socket, () => this.commands.stop(socket, body.run_id));
  }

  @SubscribeMessage('run:retry')
  retry(
    @ConnectedSocket() socket: ChatSocket,
    @MessageBody({ schema: RunRef }) body: z.infer<typeof RunRef>,
  ) {
    return this.inOrder(socket, () => this.commands.retry(socket, body.run_id));
  }

  @SubscribeMessage('message:regenerate')
  regenerate(
    @ConnectedSocket() socket: ChatSocket,
    @MessageBody({ schema: Regenerate }) body: z.infer<typeof Regenerate>,
  ) {
    return this.inOrder(socket, () => this.commands.regenerate(socket, body));
  }

  @SubscribeMessage('run:resume')
  resume(
    @ConnectedSocket() socket: ChatSocket,
    @MessageBody({ schema: Resume }) body: z.infer<typeof Resume>,
  ) {
    return this.inOrder(socket, () =>
      this.commands.resume(socket, body.run_id, { epoch: body.epoch, seq: body.after_seq }),
    );
  }

  @SubscribeMessage('run:approve')
  approve(
    @ConnectedSocket() socket: ChatSocket,
    @MessageBody({ schema: Approve }) body: z.infer<typeof Approve>,
  ) {
    return this.inOrder(socket, () => this.commands.approve(socket, body));
  }

  @SubscribeMessage('typing')
  typing(
    @ConnectedSocket() socket: ChatSocket,
    @MessageBody({ schema: Typing }) body: z.infer<typeof Typing>,
  ) {
    return this.inOrder(socket, () => this.commands.typing(socket, body.session_id, body.is_typing));
  }

  @SubscribeMessage('auth:refresh')
  refresh(
    @ConnectedSocket() socket: ChatSocket,
    @MessageBody({ schema: Refresh }) body: z.infer<typeof Refresh>,
  ) {
    return this.inOrder(socket, () => this.arrivals.refresh(socket, body.token));
  }

  private async inOrder<T>(socket: ChatSocket, task: () => T | Promise<T>): Promise<T> {
    await this.limiter.take(dataOf(socket).principal, () => socket.disconnect(true));
    const order = this.order.get(socket) ?? new Serial();
    this.order.set(socket, order);
    return order.run(task);
  }
}

/** Acknowledges events that nobody handles, so that a caller never waits in vain. */
function refuseUnknown([event, ...args]: unknown[], next: () => void): void {
  if (typeof event === 'string' && Object.hasOwn(CLIENT_EVENTS, event)) {
    next();
    return;
  }
  const ack = args.at(-1);
  if (typeof ack !== 'function') return;
  const detail = `This event is unknown. Known are: ${Object.keys(CLIENT_EVENTS).join(', ')}.`;
  const error = toErrorBody(new AppError(ChatErrors.SOCKET_UNKNOWN_EVENT, detail), newId());
  (ack as (answer: object) => void)({ ok: false, error });
}
