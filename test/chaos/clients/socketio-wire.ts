import { io, type Socket } from 'socket.io-client';
import type { Place } from '../record/entries.js';
import {
  type Address,
  CONNECT_LIMIT,
  type Listener,
  type Question,
  refusal,
  type Reply,
  REPLY_LIMIT,
  toGot,
  UNKNOWN,
  type Wire,
} from './wire.js';

class SocketIoWire implements Wire {
  constructor(
    private readonly socket: Socket,
    private readonly session: string,
  ) {}

  get open(): boolean {
    return this.socket.connected;
  }

  send({ key, content }: Question): Promise<Reply> {
    const body = { session_id: this.session, content, client_message_id: key };
    return this.ask('message:send', body, ({ run_id: run, message }) => ({
      kind: 'ok',
      run,
      message: message.id,
      position: message.position,
    }));
  }

  stop(run: string): Promise<Reply> {
    return this.ask('run:stop', { run_id: run }, ({ state }) => ({ kind: 'ok', state }));
  }

  retry(run: string): Promise<Reply> {
    return this.ask('run:retry', { run_id: run }, (ack) => ({ kind: 'ok', run: ack.run_id }));
  }

  resume(run: string, from: Place): Promise<Reply> {
    const body = { run_id: run, epoch: from.epoch, after_seq: from.seq };
    return this.ask('run:resume', body, ({ state }) => ({ kind: 'ok', state }));
  }

  cut(): void {
    const engine = this.socket.io.engine as unknown as { transport?: { ws?: { terminate?: () => void } } };
    engine?.transport?.ws?.terminate?.();
    this.socket.disconnect();
  }

  private async ask(event: string, body: object, toReply: (ack: any) => Reply): Promise<Reply> {
    if (!this.open) return UNKNOWN;
    try {
      const ack = await this.socket.timeout(REPLY_LIMIT).emitWithAck(event, body);
      return ack.ok ? toReply(ack) : refusal(ack.error);
    } catch {
      return UNKNOWN;
    }
  }
}

/** A socket.io connection that does not reconnect by itself. */
export function openSocketIo(address: Address, listener: Listener): Promise<Wire> {
  const socket = io(address.url, {
    path: '/chat/socket.io',
    transports: ['websocket'],
    auth: { token: address.token },
    reconnection: false,
    forceNew: true,
    timeout: CONNECT_LIMIT,
  });
  socket.on('answer', (event) => listener.onAnswer(toGot(event)));
  socket.on('message:created', ({ id, position, run_id: run, session_id: session }) => {
    if (session === address.session) listener.onCreated({ message: id, position, run });
  });
  socket.on('disconnect', () => listener.onClosed());
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => refuse(new Error('No connection in time')), CONNECT_LIMIT);
    const refuse = (error: Error): void => {
      clearTimeout(timer);
      socket.disconnect();
      reject(error);
    };
    socket.once('connect_error', refuse);
    socket.once('connect', () => {
      clearTimeout(timer);
      resolve(new SocketIoWire(socket, address.session));
    });
  });
}
