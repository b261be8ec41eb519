import { once } from 'node:events';
import { createParser } from 'eventsource-parser';
import { io, type Socket } from 'socket.io-client';
import { WebSocket } from 'ws';
import { signToken, TEST_SECRET } from './tokens.js';

export interface Answered<T = any> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

export interface SseEvent {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: any;
}

/** Variables with which a service under test takes the tokens of `signToken`. */
export const AUTH_ENV = { JWT_SECRET: TEST_SECRET, RATE_LIMIT_PER_MINUTE: '100000' };

/** A plain client of the service: what a person with curl, a socket.io client or a WebSocket has. */
export class Client {
  readonly tenant: string;
  readonly user: string;
  readonly token: string;

  constructor(
    readonly url: string,
    who: { tenant?: string; user?: string; role?: string; expiresIn?: number } = {},
  ) {
    this.tenant = who.tenant ?? `tenant-${Math.random().toString(36).slice(2)}`;
    this.user = who.user ?? `user-${Math.random().toString(36).slice(2)}`;
    this.token = signToken(
      { sub: this.user, tenant_id: this.tenant, role: who.role ?? 'user' },
      { expiresIn: who.expiresIn ?? 3600 },
    );
  }

  async call<T = any>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answered<T>> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${this.token}`,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return {
      status: response.status,
      headers: response.headers,
      body: isJson ? JSON.parse(text) : text,
    } as Answered<T>;
  }

  get<T = any>(path: string): Promise<Answered<T>> {
    return this.call('GET', path);
  }

  send(message: string, more: Record<string, unknown> = {}): Promise<Answered> {
    return this.call('POST', '/chat/message', { message, ...more });
  }

  /** Server-sent events of a route, to the end of the stream. */
  async *events(method: string, path: string, body?: unknown): AsyncGenerator<SseEvent> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${this.token}`,
        Accept: 'text/event-stream',
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok || !response.body) throw new Error(`${response.status} ${await response.text()}`);
    const waiting: SseEvent[] = [];
    const parser = createParser({
      onEvent: ({ event, id, data }) =>
        waiting.push({ event: event ?? 'message', id, data: JSON.parse(data) }),
    });
    const decoder = new TextDecoder();
    for await (const chunk of response.body) {
      parser.feed(decoder.decode(chunk, { stream: true }));
      yield* waiting.splice(0);
    }
  }

  async stream(body: Record<string, unknown>): Promise<SseEvent[]> {
    const events: SseEvent[] = [];
    for await (const event of this.events('POST', '/chat/message', body)) events.push(event);
    return events;
  }

  /** A connected socket.io client that keeps what it got. */
  async socket(options: Record<string, unknown> = {}): Promise<SocketClient> {
    const socket = io(this.url, {
      path: '/chat/socket.io',
      transports: ['websocket'],
      auth: { token: this.token },
      reconnection: false,
      forceNew: true,
      ...options,
    });
    const client = new SocketClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
    return client;
  }

  /** A connected raw WebSocket that keeps its frames; `query` is added to the URL. */
  async raw(session: string, query = ''): Promise<RawClient> {
    const client = new RawClient(
      `${this.url.replace('http', 'ws')}/chat/ws/${session}?token=${this.token}${query}`,
    );
    await once(client.socket, 'open');
    return client;
  }
}

/** Waits until `find` gives something; fails after `ms`. */
export async function eventually<T>(
  find: () => T | undefined | false | Promise<T | undefined | false>,
  ms = 30_000,
): Promise<T> {
  const until = Date.now() + ms;
  for (;;) {
    const found = await find();
    if (found) return found;
    if (Date.now() > until) throw new Error('It did not happen in time');
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}

export class SocketClient {
  readonly got: { name: string; body: any }[] = [];

  constructor(readonly socket: Socket) {
    socket.onAny((name: string, body: unknown) => this.got.push({ name, body }));
  }

  ask<T = any>(event: string, body: unknown): Promise<T> {
    return this.socket.timeout(60_000).emitWithAck(event, body) as Promise<T>;
  }

  of(name: string): any[] {
    return this.got.filter((item) => item.name === name).map((item) => item.body);
  }

  /** The answer events of one run. */
  answer(runId: string): any[] {
    return this.of('answer').filter((event) => event.run_id === runId);
  }

  /** Waits for the last event of a run. */
  final(runId: string): Promise<any> {
    return eventually(() =>
      this.answer(runId).find((event) => /^run\.(completed|failed|cancelled|interrupted)$/.test(event.event)),
    );
  }

  close(): void {
    this.socket.disconnect();
  }
}

export class RawClient {
  readonly frames: any[] = [];
  readonly socket: WebSocket;
  closed: { code: number; reason: string } | undefined;

  constructor(url: string, headers: Record<string, string> = {}) {
    this.socket = new WebSocket(url, { headers });
    this.socket.on('message', (data) => this.frames.push(JSON.parse(String(data))));
    this.socket.on('close', (code, reason) => (this.closed = { code, reason: String(reason) }));
    this.socket.on('error', () => undefined);
  }

  send(frame: unknown): void {
    this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  /** Waits for a frame that fits. */
  frame(fits: (frame: any) => boolean): Promise<any> {
    return eventually(() => this.frames.find(fits));
  }

  close(): void {
    this.socket.close();
  }
}
