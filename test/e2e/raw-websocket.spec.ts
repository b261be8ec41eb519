import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { WebSocket } from 'ws';
import { type RunningApp, startApp } from '../support/app.js';
import { AUTH_ENV, Client, eventually, RawClient } from '../support/client.js';
import { startModelServer } from '../support/model-server.js';

describe('the raw WebSocket', () => {
  let app: RunningApp;
  let model: Awaited<ReturnType<typeof startModelServer>>;
  /** Slow enough to be cut and stopped in the middle. */
  const LONG = Array.from({ length: 40 }, (_, index) => `word${index}`).join(' ');
  const ws = (path: string): string => `${app.url.replace('http', 'ws')}${path}`;

  beforeAll(async () => {
    model = await startModelServer({ reply: (messages) => `You said: ${messages.at(-1)?.content}` });
    app = await startApp({ ...AUTH_ENV, OPENAI_BASE_URL: model.url, WS_MAX_SIZE: '20000' });
  });
  afterEach(() => model.setBehaviour({}));
  afterAll(async () => {
    await app.close();
    await model.close();
  });

  it("works with the seed's snippet, sending once it is open", async () => {
    const ann = new Client(app.url);
    const heard: string[] = [];
    const socket = new WebSocket(ws(`/chat/ws/session-id?token=${ann.token}`));
    socket.onmessage = (event) => {
      const data = JSON.parse(String(event.data));
      if (data.type === 'message') heard.push(data.content);
    };
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'message', content: 'Hello, I need help with analytics' }));
    await eventually(() => heard.length > 0);
    expect(heard).toEqual(['You said: Hello, I need help with analytics']);
    socket.close();
  });

  it("sends the original's frames, and nothing else unasked", async () => {
    const ann = new Client(app.url);
    const raw = await ann.raw('s');
    const system = await raw.frame((frame) => frame.type === 'system');
    expect(system).toMatchObject({
      content: 'Connected to AI Chat Service',
      session_id: 's',
      user_id: ann.user,
      timestamp: expect.any(String),
      metadata: { connection_time: expect.any(String) },
    });
    raw.send({ type: 'ping' });
    expect(await raw.frame((frame) => frame.type === 'pong')).toMatchObject({ content: 'pong' });
    raw.send({ type: 'message', content: 'hi' });
    const answer = await raw.frame((frame) => frame.type === 'message');
    expect(answer).toMatchObject({
      content: 'You said: hi',
      metadata: {
        message_type: 'assistant',
        message_id: expect.any(String),
        run_id: expect.any(String),
        parts: [],
      },
    });
    expect(raw.frames.map(({ type, metadata }) => [type, metadata.sender])).toEqual([
      ['system', undefined],
      ['pong', undefined],
      ['typing', 'assistant'],
      ['typing', 'assistant'],
      ['message', undefined],
    ]);
    raw.close();
  });

  it('acknowledges a message with an id, once for repetitions', async () => {
    const ann = new Client(app.url);
    const raw = await ann.raw('s');
    for (let i = 0; i < 3; i += 1) raw.send({ type: 'message', content: 'hi', client_message_id: 'm1' });
    await eventually(() => raw.frames.filter(({ type }) => type === 'ack').length === 3);
    const acks = raw.frames.filter(({ type }) => type === 'ack').map(({ metadata }) => metadata);
    expect(new Set(acks.map(({ message_id }) => message_id)).size).toBe(1);
    expect(acks[0].client_message_id).toBe('m1');
    await raw.frame(({ type }) => type === 'message');
    expect((await ann.get('/chat/history/s')).body.session.messages).toHaveLength(2);
    raw.close();
  });

  it('streams with ?stream=true, shows other devices, and resumes where it was cut', async () => {
    const ann = new Client(app.url);
    model.setBehaviour({ delayMs: 150 });
    const [first, second] = [await ann.raw('s', '&stream=true'), await ann.raw('s', '&stream=true')];
    await second.frame(({ type }) => type === 'system');
    first.send({ type: 'typing', is_typing: true });
    await second.frame(({ type, metadata }) => type === 'typing' && metadata.is_typing && !metadata.sender);
    first.send({ type: 'message', content: LONG });
    const ack = await first.frame(({ type }) => type === 'ack');
    const { run_id: runId } = ack.metadata;
    await second.frame(({ type, metadata }) => type === 'message' && metadata.message_type === 'user');
    await eventually(() => second.frames.filter(({ type }) => type === 'event').length >= 3);
    second.close();
    const got = second.frames.filter(({ type }) => type === 'event');
    const third = await ann.raw('s', '&stream=true');
    const system = await third.frame(({ type }) => type === 'system');
    expect(system.metadata.active_run).toMatchObject({ run_id: runId, state: 'running' });
    third.send({ type: 'resume', run_id: runId, epoch: 1, after_seq: got.at(-1).seq });
    const done = await third.frame(({ event }) => event === 'run.completed');
    const rest = third.frames.filter(({ type, seq }) => type === 'event' && seq > got.at(-1).seq);
    const all = [...got, ...new Map(rest.map((event) => [event.seq, event])).values()].sort(
      (a, b) => a.seq - b.seq,
    );
    expect(all.map(({ seq }) => seq)).toEqual(all.map((_, index) => index + 1));
    const text = all.filter(({ event }) => event === 'text.delta').map(({ text }) => text);
    expect(text.join('')).toBe(done.message.content);
    first.close();
    third.close();
  });

  it('stops the running answer and keeps its part', async () => {
    const ann = new Client(app.url);
    model.setBehaviour({ delayMs: 150 });
    const raw = await ann.raw('s', '&stream=true');
    raw.send({ type: 'message', content: LONG });
    await raw.frame(({ event }) => event === 'text.delta');
    raw.send({ type: 'stop' });
    const frame = await raw.frame(({ type }) => type === 'message');
    expect(`You said: ${LONG}`.startsWith(frame.content)).toBe(true);
    expect((await ann.get('/chat/history/s')).body.session.messages[1].metadata.state).toBe('cancelled');
    raw.close();
  });

  it('carries a failure as one error frame and stays open', async () => {
    const ann = new Client(app.url);
    model.setBehaviour({ dieAfter: 2, times: 1 });
    const raw = await ann.raw('s');
    raw.send({ type: 'message', content: 'hi there you' });
    const error = await raw.frame(({ type }) => type === 'error');
    expect(error).toMatchObject({
      metadata: { retriable: true, run_id: expect.any(String), code: expect.any(String) },
    });
    raw.send({ type: 'retry', run_id: error.metadata.run_id });
    expect((await raw.frame(({ type }) => type === 'message')).content).toBe('You said: hi there you');
    raw.close();
  });

  it.each<[string, unknown, string]>([
    ['malformed JSON', '{"type": ', 'MALFORMED_JSON'],
    ['an array', [], 'SOCKET_UNKNOWN_FRAME'],
    ['null', 'null', 'SOCKET_UNKNOWN_FRAME'],
    ['an unknown type', { type: 'subscribe' }, 'SOCKET_UNKNOWN_FRAME'],
    ['no content', { type: 'message' }, 'VALIDATION_FAILED'],
    ['an unknown field', { type: 'message', content: 'x', session_id: 's' }, 'VALIDATION_FAILED'],
    ['5,000 levels', `${'['.repeat(5000)}${']'.repeat(5000)}`, 'VALIDATION_FAILED'],
    ["another's run", { type: 'stop', run_id: randomUUID() }, 'CHAT_RUN_NOT_FOUND'],
  ])('answers %s with an error frame', async (_name, frame, code) => {
    const raw = await new Client(app.url).raw('s');
    raw.send(frame);
    const error = await raw.frame(({ type }) => type === 'error');
    expect(error.metadata).toMatchObject({
      code,
      status: expect.any(Number),
      request_id: expect.any(String),
    });
    expect(raw.closed).toBeUndefined();
    raw.close();
  });

  it('closes after a token that is refused or of another identity', async () => {
    for (const token of ['a.b.c', new Client(app.url).token]) {
      const raw = await new Client(app.url).raw('s');
      raw.send({ type: 'auth', token });
      const error = await raw.frame(({ type }) => type === 'error');
      expect(error.metadata.code).toBe('AUTH_INVALID_TOKEN');
      expect((await eventually(() => raw.closed)).code).toBe(1008);
    }
  });

  it('treats a run of another session as none', async () => {
    const ann = new Client(app.url);
    const { body } = await ann.send('elsewhere', { session_id: 'other' });
    const raw = await ann.raw('s');
    raw.send({ type: 'resume', run_id: body.run_id, epoch: 0, after_seq: 0 });
    expect((await raw.frame(({ type }) => type === 'error')).metadata.code).toBe('CHAT_RUN_NOT_FOUND');
    raw.close();
  });

  it.each(['//', 'http://[', '/chat/ws/%ff', '/chat/./socket.io/', '/chat/socket.io'])(
    'refuses an upgrade of %s, closes it and lives on',
    async (target) => {
      const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
      const closed = once(socket, 'close');
      socket.on('error', () => undefined);
      socket.resume();
      socket.write(
        `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`,
      );
      await closed;
      expect((await new Client(app.url).get('/health/live')).status).toBe(200);
    },
  );

  it.each([
    ['no token', ''],
    ['a wrong token', '?token=x.y.z'],
    ['two tokens', '?token=x.y.z&token=a.b.c'],
  ])('accepts and closes 1008 with %s', async (_name, query) => {
    const raw = new RawClient(ws(`/chat/ws/s${query}`));
    expect(await eventually(() => raw.closed)).toEqual({ code: 1008, reason: 'Authentication required' });
  });

  it('takes a ticket once, for its session', async () => {
    const ann = new Client(app.url);
    const { body } = await ann.call('POST', '/chat/ws-ticket', { session_id: 's' });
    const raw = new RawClient(ws(`/chat/ws/s?ticket=${body.ticket}`));
    expect(await raw.frame(({ type }) => type === 'system')).toMatchObject({ user_id: ann.user });
    const replay = new RawClient(ws(`/chat/ws/s?ticket=${body.ticket}`));
    expect((await eventually(() => replay.closed)).code).toBe(1008);
    const second = await ann.call('POST', '/chat/ws-ticket', { session_id: 's' });
    const other = new RawClient(ws(`/chat/ws/other?ticket=${second.body.ticket}`));
    expect((await eventually(() => other.closed)).code).toBe(1008);
    raw.close();
  });

  it('closes a socket whose token ends', async () => {
    const ann = new Client(app.url, { expiresIn: -28 });
    const raw = new RawClient(ws(`/chat/ws/s?token=${ann.token}`));
    await raw.frame(({ type }) => type === 'system');
    expect((await eventually(() => raw.closed, 10_000)).code).toBe(1008);
  });

  it('refuses foreign origins and other paths at the upgrade, and frames that are too large', async () => {
    const { token } = new Client(app.url);
    const status = (path: string, headers = {}): Promise<number | undefined> =>
      new Promise((resolve) => {
        const socket = new WebSocket(ws(path), { headers });
        socket.on('unexpected-response', (_request, response) => resolve(response.statusCode));
        socket.on('error', () => undefined);
      });
    expect(await status(`/chat/ws/s?token=${token}`, { Origin: 'https://evil.example' })).toBe(403);
    expect(await status(`/chat/other?token=${token}`)).toBe(404);
    const raw = await new Client(app.url).raw('s');
    raw.send('x'.repeat(30_000));
    expect((await eventually(() => raw.closed)).code).toBe(1009);
  });
});
