import { io, type Socket } from 'socket.io-client';
import { toChatError, unreachable } from './chat-error.js';
import type { TokenSource } from './token-source.js';
import type { Transport, TransportListener } from './transport.js';
import type { AnswerEvent, Message } from './wire.js';

const ACK_TIMEOUT = 15_000;
const RETRY_AFTER_KICK = 2_000;

type Ack = { ok: true } | { ok: false; error: unknown };
type Typing = { readonly session_id: string; readonly is_typing: boolean };

/** The connection over socket.io, WebSocket only. In: the service's base URL, with or without a path. */
export class SocketTransport implements Transport {
  private readonly socket: Socket;
  private renewed = false;
  private closed = false;

  constructor(
    apiUrl: string,
    private readonly tokens: TokenSource,
    private readonly listener: TransportListener,
  ) {
    const url = new URL(apiUrl);
    this.socket = io(url.origin, {
      path: `${url.pathname.replace(/\/+$/, '')}/chat/socket.io`,
      transports: ['websocket'],
      autoConnect: false,
      forceNew: true,
      reconnectionDelay: 500,
      reconnectionDelayMax: 15_000,
      auth: (give) => {
        tokens.get().then(
          (token) => give({ token }),
          () => give({}),
        );
      },
    });
    this.listen();
  }

  get connected(): boolean {
    return this.socket.connected;
  }

  connect(): void {
    if (!this.closed) this.socket.connect();
  }

  async request<T>(event: string, payload: object): Promise<T> {
    if (!this.socket.connected) throw unreachable();
    let ack: Ack;
    try {
      ack = (await this.socket.timeout(ACK_TIMEOUT).emitWithAck(event, payload)) as Ack;
    } catch {
      throw unreachable();
    }
    if (!ack.ok) throw toChatError(ack.error);
    return ack as T;
  }

  close(): void {
    this.closed = true;
    this.socket.removeAllListeners();
    this.socket.disconnect();
  }

  private listen(): void {
    const { socket, listener } = this;
    socket.on('connect', () => {
      this.renewed = false;
      listener.up();
    });
    socket.on('disconnect', (reason) => this.lost(reason));
    socket.on('connect_error', (error: Error & { data?: unknown }) => this.failed(error));
    socket.on('answer', (event: AnswerEvent) => listener.answer(event));
    socket.on('message:created', (message: Message) => listener.created(message));
    socket.on('typing', (typing: Typing) => listener.typing(typing.session_id, typing.is_typing));
    socket.on('session:deleted', (gone: { session_id: string }) => listener.deleted(gone.session_id));
  }

  /** socket.io does not come back by itself when the service ended the connection. */
  private lost(reason: Socket.DisconnectReason): void {
    this.listener.down(true);
    if (reason === 'io server disconnect') setTimeout(() => this.connect(), RETRY_AFTER_KICK);
  }

  /** An error with a body is the service's refusal; one without is the network's, and is tried again. */
  private failed(error: Error & { data?: unknown }): void {
    if (this.socket.active || !error.data) {
      this.listener.down(true);
      return;
    }
    const refusal = toChatError(error.data, 401);
    if (refusal.status === 401 && !this.renewed && this.tokens.refused()) {
      this.renewed = true;
      this.connect();
      return;
    }
    this.listener.refused(refusal);
  }
}
