import { io, type Socket } from 'socket.io-client';
import { toChatError, unreachable } from './chat-error.js';
import type { TokenSource } from './token-source.js';
import type { Transport, TransportListener } from './transport.js';
import type { AnswerEvent, Message, SessionSummary } from './wire.js';

const CONNECT_TIMEOUT = 10_000;
const ACK_TIMEOUT = 15_000;

type Ack = { ok: true } | { ok: false; error: unknown };
type Typing = { readonly session_id: string; readonly is_typing: boolean };
type System = { readonly metadata?: { readonly retry_after_ms?: unknown } };

/** The connection over socket.io, WebSocket only. In: the service's base URL, with or without a path. */
export class SocketTransport implements Transport {
  private readonly socket: Socket;
  private renewed = false;
  private closed = false;
  /** Packets that came so far, heartbeats included. */
  private heard = 0;

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
      reconnection: false,
      timeout: CONNECT_TIMEOUT,
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

  async request<T>(event: string, payload: object, patience = ACK_TIMEOUT): Promise<T> {
    if (!this.socket.connected) throw unreachable();
    const { heard } = this;
    let ack: Ack;
    try {
      ack = (await this.socket.timeout(patience).emitWithAck(event, payload)) as Ack;
    } catch {
      if (this.heard === heard) this.socket.disconnect();
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
    socket.io.on('open', () => socket.io.engine.on('packet', () => (this.heard += 1)));
    socket.on('connect', () => {
      this.renewed = false;
      listener.up();
    });
    socket.on('disconnect', () => listener.down());
    socket.on('connect_error', (error: Error & { data?: unknown }) => this.failed(error));
    socket.on('answer', (event: AnswerEvent) => listener.answer(event));
    socket.on('message:created', (message: Message) => listener.created(message));
    socket.on('typing', (typing: Typing) => listener.typing(typing.session_id, typing.is_typing));
    socket.on('session:updated', (session: SessionSummary) => listener.updated(session));
    socket.on('session:deleted', (gone: { session_id: string }) => listener.deleted(gone.session_id));
    socket.on('system', ({ metadata }: System) => {
      const wait = metadata?.retry_after_ms;
      if (typeof wait === 'number') listener.draining(wait);
    });
  }

  /** An error with a body is the service's refusal; one without is the network's. */
  private failed(error: Error & { data?: unknown }): void {
    if (!error.data) {
      this.listener.down();
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
