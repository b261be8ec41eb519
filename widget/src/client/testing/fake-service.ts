import { ChatClient } from '../chat-client.js';
import { ChatError, toChatError, unreachable } from '../chat-error.js';
import { MemoryStorage } from './memory-storage.js';
import { TokenSource } from '../token-source.js';
import type { Transport, TransportListener } from '../transport.js';
import type { Message } from '../wire.js';

export type Reply = (payload: Record<string, unknown>) => unknown;

/** A connection that answers as it is told and keeps what was sent. */
export class FakeTransport implements Transport {
  connected = false;
  reachable = true;
  /** How often a connection was tried. */
  tries = 0;
  readonly sent: { event: string; payload: Record<string, unknown> }[] = [];
  constructor(
    readonly listener: TransportListener,
    private readonly replies: Record<string, Reply>,
  ) {}
  connect() {
    this.tries += 1;
    this.connected = this.reachable;
    if (this.reachable) this.listener.up();
    else this.listener.down();
  }
  drop() {
    this.connected = false;
    this.listener.down();
  }
  close() {
    this.connected = false;
  }
  async request<T>(event: string, payload: object): Promise<T> {
    if (!this.connected) throw unreachable();
    this.sent.push({ event, payload: payload as Record<string, unknown> });
    return (this.replies[event]?.(payload as Record<string, unknown>) ?? {}) as T;
  }
  of(event: string) {
    return this.sent.filter((one) => one.event === event).map((one) => one.payload);
  }
}

/** An unsigned token; the client only reads its claims. */
export const jwt = (claims: object) => `h.${btoa(JSON.stringify(claims))}.s`;
export const message = (id: string, position: number, more: object = {}): Message =>
  ({
    id,
    type: 'user',
    content: id,
    parts: [],
    timestamp: '',
    session_id: 's',
    position,
    parent_id: `before ${id}`,
    in_reply_to: null,
    agent_name: null,
    suggested_actions: [],
    metadata: {},
    ...more,
  }) as Message;

/** A client of a service that lives in this test. `stored`: the conversation kept by this browser; `kept`: all of it. */
export function setUp(
  options: {
    token?: string;
    user?: string;
    stored?: string;
    kept?: Map<string, string>;
    routes?: Record<string, () => unknown>;
  } = {},
) {
  const kept = options.kept ?? new Map<string, string>();
  const storage = new MemoryStorage(kept);
  const user = options.user ?? 'ann';
  const who = { user_id: user, tenant_id: 't1', email: null };
  const key = (owner: string) => `bizosaas-chat:http%3A%2F%2Fapi:t1:${owner}:session`;
  if (options.stored) kept.set(key(user), options.stored);
  const routes: Record<string, () => unknown> = {
    '/chat/assistants': () => ({ role: 'user', assistant: { name: 'MarketBot' }, session_info: { ...who } }),
    '/chat/history': () => toChatError({ status: 404, code: 'CHAT_SESSION_NOT_FOUND' }),
    ...options.routes,
  };
  const fetcher = (async (url: string) => {
    const path = Object.keys(routes).find((one) => url.includes(one))!;
    const body = routes[path]!();
    if (body instanceof ChatError) return Response.json(body.body, { status: body.status });
    return Response.json(body);
  }) as unknown as typeof fetch;
  const replies: Record<string, Reply> = {};
  const transports: FakeTransport[] = [];
  const client = new ChatClient({
    apiUrl: 'http://api',
    tokens: new TokenSource(options.token ?? jwt({ sub: user, tenant_id: 't1' }), undefined),
    transport: (listener) => {
      const one = new FakeTransport(listener, replies);
      transports.push(one);
      return one;
    },
    storage: { lasting: storage },
    fetch: fetcher,
  });
  return { client, replies, who, kept, key, transport: () => transports.at(-1)! };
}
