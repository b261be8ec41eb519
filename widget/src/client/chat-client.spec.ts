import { entriesOf } from '../state/entries.js';
import { ChatClient } from './chat-client.js';
import { ChatError, toChatError, unreachable } from './chat-error.js';
import type { KeyValue } from './session-memory.js';
import { TokenSource } from './token-source.js';
import type { Transport, TransportListener } from './transport.js';
import type { AnswerEvent, Message } from './wire.js';

type Reply = (payload: Record<string, unknown>) => unknown;

class FakeTransport implements Transport {
  connected = false;
  readonly sent: { event: string; payload: Record<string, unknown> }[] = [];
  constructor(
    readonly listener: TransportListener,
    private readonly replies: Record<string, Reply>,
  ) {}
  connect() {
    this.connected = true;
    this.listener.up();
  }
  drop() {
    this.connected = false;
    this.listener.down(true);
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

const jwt = (claims: object) => `h.${btoa(JSON.stringify(claims))}.s`;
const message = (id: string, position: number, more: object = {}): Message =>
  ({
    id,
    type: 'user',
    content: id,
    parts: [],
    timestamp: '',
    session_id: 's',
    position,
    in_reply_to: null,
    agent_name: null,
    suggested_actions: [],
    metadata: {},
    ...more,
  }) as Message;

function setUp(options: { token?: string; stored?: string; routes?: Record<string, () => unknown> } = {}) {
  const kept = new Map<string, string>();
  const storage: KeyValue = {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
    key: (index) => [...kept.keys()][index] ?? null,
    get length() {
      return kept.size;
    },
  };
  const who = { user_id: 'ann', tenant_id: 't1', email: null };
  const key = (user: string) => `bizosaas-chat:http%3A%2F%2Fapi:t1:${user}:session`;
  if (options.stored) kept.set(key('ann'), options.stored);
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
    tokens: new TokenSource(options.token ?? jwt({ sub: 'ann', tenant_id: 't1' }), undefined),
    transport: (listener) => {
      const one = new FakeTransport(listener, replies);
      transports.push(one);
      return one;
    },
    storage,
    fetch: fetcher,
  });
  return { client, replies, who, kept, key, transport: () => transports.at(-1)! };
}

const settle = () => new Promise((done) => setTimeout(done, 5));
const answer = (seq: number, body: object, epoch = 1) =>
  ({ session_id: 's', run_id: 'r1', epoch, seq, ...body }) as AnswerEvent;
const started = answer(1, {
  event: 'run.started',
  message_id: 'a1',
  in_reply_to: 'q1',
  agent_name: 'x',
  assistant_name: 'Y',
});

describe('ChatClient', () => {
  it('sends with an id of its own and keeps the conversation for the next page', async () => {
    const { client, replies, transport, kept, key } = setUp();
    replies['message:send'] = (payload) => ({
      session_id: payload.session_id,
      message: message('q1', 1, { session_id: payload.session_id }),
      run_id: 'r1',
    });
    await client.start();
    client.send('  Hello  ');
    await settle();
    const [sent] = transport().of('message:send');
    expect(sent).toMatchObject({ content: 'Hello' });
    expect(kept.get(key('ann'))).toBe(sent!.session_id);
    expect(client.store.state.outgoing).toEqual([]);
    expect(client.store.state.messages).toHaveLength(1);
    client.destroy();
  });

  it('sends again with the same id after the connection was lost before the acknowledgement', async () => {
    const { client, replies, transport } = setUp();
    await client.start();
    replies['message:send'] = () => {
      transport().drop();
      throw unreachable();
    };
    client.send('Hello');
    await settle();
    expect(client.store.state.outgoing).toHaveLength(1);
    replies['message:send'] = (payload) => ({
      session_id: payload.session_id,
      message: message('q1', 1),
      run_id: 'r1',
    });
    transport().connect();
    await settle();
    const ids = transport()
      .of('message:send')
      .map((one) => one.client_message_id);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
    expect(client.store.state.outgoing).toEqual([]);
    client.destroy();
  });

  it('restores the conversation and follows the running answer from its beginning', async () => {
    const active_run = { run_id: 'r1', message_id: 'a1', epoch: 2, seq: 40, state: 'running' };
    const { client, transport, replies } = setUp({
      stored: 's',
      routes: { '/chat/history': () => ({ session: { id: 's', messages: [message('q1', 1)] }, active_run }) },
    });
    replies['run:resume'] = () => ({ state: 'running' });
    await client.start();
    await settle();
    expect(transport().of('session:join')).toEqual([{ session_id: 's' }]);
    expect(transport().of('run:resume')).toEqual([{ run_id: 'r1', epoch: 0, after_seq: 0 }]);
    client.destroy();
  });

  it('asks for what is missing when it sees a gap', async () => {
    const { client, transport, replies } = setUp({
      stored: 's',
      routes: { '/chat/history': () => ({ session: { id: 's', messages: [message('q1', 1)] } }) },
    });
    await client.start();
    await settle();
    replies['run:resume'] = () => {
      transport().listener.answer(answer(2, { event: 'text.delta', text: 'b' }));
      return { state: 'running' };
    };
    transport().listener.answer(started);
    transport().listener.answer(answer(3, { event: 'text.delta', text: 'c' }));
    await settle();
    expect(transport().of('run:resume')).toEqual([{ run_id: 'r1', epoch: 1, after_seq: 1 }]);
    expect(entriesOf(client.store.state).map((entry) => entry.text)).toEqual(['q1', 'bc']);
    client.destroy();
  });

  it('wipes the view and the storage when another user signs in', async () => {
    const { client, who, kept, key } = setUp({
      stored: 's',
      routes: { '/chat/history': () => ({ session: { id: 's', messages: [message('secret', 1)] } }) },
    });
    await client.start();
    expect(client.store.state.messages).toHaveLength(1);
    who.user_id = 'bob';
    const switched = client.setToken(jwt({ sub: 'bob', tenant_id: 't1' }));
    expect(client.store.state.messages).toEqual([]);
    await switched;
    expect(client.store.state).toMatchObject({ messages: [], sessionId: null, identity: { user_id: 'bob' } });
    expect(kept.has(key('ann'))).toBe(false);
    client.destroy();
  });

  it('hides the view until the service says who an opaque token belongs to, then goes on for the same user', async () => {
    const { client, kept, key } = setUp({
      token: 'opaque-1',
      stored: 's',
      routes: { '/chat/history': () => ({ session: { id: 's', messages: [message('q1', 1)] } }) },
    });
    await client.start();
    const switched = client.setToken('opaque-2');
    expect(client.store.state.messages).toEqual([]);
    await switched;
    expect(client.store.state.messages).toHaveLength(1);
    expect(kept.get(key('ann'))).toBe('s');
    client.destroy();
  });

  it('says that a sign-in is needed, to the user and to the host', async () => {
    const errors: unknown[] = [];
    const { client } = setUp({
      routes: { '/chat/assistants': () => toChatError({ status: 401, code: 'AUTH_TOKEN_EXPIRED' }) },
    });
    client.events.on('error', (error) => errors.push(error));
    await client.start();
    expect(client.store.state.status).toBe('signed_out');
    expect(errors).toMatchObject([{ code: 'AUTH_TOKEN_EXPIRED', status: 401 }]);
    client.destroy();
  });

  it('keeps a refused question, and sends it again as the same one', async () => {
    const { client, replies, transport } = setUp();
    await client.start();
    replies['message:send'] = () => {
      throw toChatError({ status: 429, code: 'RATE_LIMITED', detail: 'Wait.' }, 429, 3);
    };
    client.send('Hello');
    await settle();
    const [failed] = client.store.state.outgoing;
    expect(failed).toMatchObject({ state: 'failed', content: 'Hello' });
    expect(client.store.state.notice?.until).toBeGreaterThan(Date.now());
    client.sendAgain(failed!.clientMessageId);
    await settle();
    const ids = transport()
      .of('message:send')
      .map((one) => one.client_message_id);
    expect(new Set(ids).size).toBe(1);
    client.destroy();
  });

  it('goes on in a new conversation when the old one was deleted', async () => {
    const { client, replies, transport } = setUp();
    await client.start();
    let calls = 0;
    replies['message:send'] = (payload) => {
      calls += 1;
      if (calls === 1) throw toChatError({ status: 404, code: 'CHAT_SESSION_NOT_FOUND' });
      return { session_id: payload.session_id, message: message('q1', 1), run_id: 'r1' };
    };
    client.send('Hello');
    await settle();
    const [first, second] = transport().of('message:send');
    expect(second!.session_id).not.toBe(first!.session_id);
    expect(client.store.state.messages).toHaveLength(1);
    client.destroy();
  });

  it('ignores what an ended connection still says', async () => {
    const { client, transport } = setUp();
    await client.start();
    const old = transport();
    client.setToken(jwt({ sub: 'bob', tenant_id: 't1' })).catch(() => undefined);
    old.listener.created(message('secret', 1));
    await settle();
    expect(client.store.state.messages).toEqual([]);
    client.destroy();
  });

  it('drops a conversation that another device deleted', async () => {
    const { client, transport, kept } = setUp({
      stored: 's',
      routes: { '/chat/history': () => ({ session: { id: 's', messages: [message('q1', 1)] } }) },
    });
    await client.start();
    await settle();
    transport().listener.deleted('s');
    expect(client.store.state).toMatchObject({ sessionId: null, messages: [] });
    expect(kept.size).toBe(0);
    client.destroy();
  });
});
