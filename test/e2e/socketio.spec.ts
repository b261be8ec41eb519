import { randomUUID } from 'node:crypto';
import { io } from 'socket.io-client';
import { type RunningApp, startApp } from '../support/app.js';
import { AUTH_ENV, Client, eventually, type SocketClient } from '../support/client.js';
import { startModelServer } from '../support/model-server.js';

describe('socket.io', () => {
  let app: RunningApp;
  let model: Awaited<ReturnType<typeof startModelServer>>;
  const open: SocketClient[] = [];
  const connect = async (client: Client): Promise<SocketClient> => {
    const socket = await client.socket();
    open.push(socket);
    return socket;
  };
  const message = (content: string, session?: string): Record<string, unknown> => ({
    content,
    client_message_id: randomUUID(),
    ...(session === undefined ? {} : { session_id: session }),
  });

  beforeAll(async () => {
    model = await startModelServer({ reply: (messages) => `You said: ${messages.at(-1)?.content}` });
    app = await startApp({ ...AUTH_ENV, OPENAI_BASE_URL: model.url });
  });
  afterEach(() => {
    model.setBehaviour({});
    for (const socket of open.splice(0)) socket.close();
  });
  afterAll(async () => {
    await app.close();
    await model.close();
  });

  it('acknowledges after the commit and streams the answer to every device, without an echo to the sender', async () => {
    const ann = new Client(app.url);
    const [phone, laptop] = [await connect(ann), await connect(ann)];
    expect(await laptop.ask('session:join', { session_id: 's' })).toEqual({ ok: true });
    const ack = await phone.ask('message:send', message('hello', 's'));
    expect(ack).toMatchObject({
      ok: true,
      session_id: 's',
      message: { type: 'user', content: 'hello', position: 1 },
    });
    const last = await phone.final(ack.run_id);
    await laptop.final(ack.run_id);
    expect(last).toMatchObject({ event: 'run.completed', message: { content: 'You said: hello' } });
    expect(laptop.answer(ack.run_id)).toEqual(phone.answer(ack.run_id));
    expect(phone.answer(ack.run_id).map((event) => event.seq)).toEqual(
      phone.answer(ack.run_id).map((_, i) => i + 1),
    );
    expect(laptop.of('message:created')).toEqual([{ ...ack.message, run_id: ack.run_id }]);
    expect(phone.of('message:created')).toEqual([]);
    expect((await ann.get('/chat/history/s')).body.session.messages).toEqual([ack.message, last.message]);
  });

  it('says who is connected, and tells devices of typing, changes and deletions', async () => {
    const ann = new Client(app.url);
    const first = await connect(ann);
    expect(first.of('system')[0]).toMatchObject({
      content: 'Connected to AI Chat Service',
      metadata: { user_id: ann.user },
    });
    const second = await connect(ann);
    await eventually(() => first.of('presence').some(({ devices }) => devices === 2));
    await first.ask('message:send', message('x', 's'));
    await second.ask('session:join', { session_id: 's' });
    expect(await first.ask('typing', { session_id: 's', is_typing: true })).toEqual({ ok: true });
    await eventually(() => second.of('typing').length === 1);
    expect(second.of('typing')[0]).toEqual({ session_id: 's', is_typing: true });
    expect(first.of('typing')).toEqual([]);
    await ann.call('PATCH', '/chat/session/s', { title: 'New name' });
    await eventually(() => second.of('session:updated').find(({ title }) => title === 'New name'));
    await ann.call('DELETE', '/chat/session/s');
    await eventually(() => second.of('session:deleted').find(({ session_id }) => session_id === 's'));
    first.close();
    await eventually(() => second.of('presence').at(-1)?.devices === 1);
  });

  it('finds the running answer again and replays it from the beginning', async () => {
    const ann = new Client(app.url);
    model.setBehaviour({ delayMs: 150 });
    const before = await connect(ann);
    const ack = await before.ask(
      'message:send',
      message('a b c d e f g h i j k l m n o p q r s t u v w x', 's'),
    );
    await eventually(() => before.answer(ack.run_id).length > 1);
    before.close();
    const after = await connect(ann);
    const joined = await after.ask('session:join', { session_id: 's' });
    expect(joined.active_run).toMatchObject({ run_id: ack.run_id, epoch: 1, state: 'running' });
    const resumed = await after.ask('run:resume', { run_id: ack.run_id, epoch: 0, after_seq: 0 });
    expect(resumed).toEqual({ ok: true, state: 'running' });
    const last = await after.final(ack.run_id);
    const events = after.answer(ack.run_id);
    const replayed = events.slice(events.findIndex((event) => event.seq === 1));
    expect(replayed.map((event) => event.seq)).toEqual(replayed.map((_, index) => index + 1));
    const text = replayed.filter((event) => event.event === 'text.delta').map((event) => event.text);
    expect(text.join('')).toBe(last.message.content);
  });

  it('stops, retries, and cancels a question that waits', async () => {
    const ann = new Client(app.url);
    model.setBehaviour({ delayMs: 150 });
    const socket = await connect(ann);
    const first = await socket.ask('message:send', message('a b c d e f g h', 's'));
    const second = await socket.ask('message:send', message('waits', 's'));
    expect(await socket.ask('run:stop', { run_id: second.run_id })).toEqual({ ok: true, state: 'cancelled' });
    expect(await socket.final(second.run_id)).toMatchObject({
      event: 'run.cancelled',
      epoch: 0,
      seq: 1,
      message: null,
    });
    await eventually(() => socket.answer(first.run_id).some((event) => event.event === 'text.delta'));
    expect(await socket.ask('run:stop', { run_id: first.run_id })).toEqual({ ok: true, state: 'cancelled' });
    model.setBehaviour({});
    const retried = await socket.ask('run:retry', { run_id: second.run_id });
    expect(await socket.final(retried.run_id)).toMatchObject({
      event: 'run.completed',
      message: { content: 'You said: waits' },
    });
    const { body } = await ann.get('/chat/history/s');
    expect(body.session.messages.map((item: any) => item.type)).toEqual([
      'user',
      'assistant',
      'user',
      'assistant',
    ]);
    expect(body.session.messages[1].metadata.state).toBe('cancelled');
  });

  it('keeps the order of messages that are sent without waiting', async () => {
    const ann = new Client(app.url);
    const socket = await connect(ann);
    const words = Array.from({ length: 15 }, (_, index) => `word ${index}`);
    const acks = await Promise.all(words.map((word) => socket.ask('message:send', message(word, 's'))));
    expect(acks.map((ack) => ack.message.position)).toEqual(words.map((_, index) => 2 * index + 1));
    await Promise.all(acks.map((ack) => socket.final(ack.run_id)));
    const { body } = await ann.get('/chat/history/s');
    expect(body.session.messages.map((item: any) => item.content)).toEqual(
      words.flatMap((word) => [word, `You said: ${word}`]),
    );
  });

  it('refuses through the acknowledgement, unknown events too, and stays open', async () => {
    const socket = await connect(new Client(app.url));
    const refusals: [string, unknown, string][] = [
      ['message:send', {}, 'VALIDATION_FAILED'],
      ['message:send', { content: 'x', client_message_id: 'a', tenant_id: 't' }, 'VALIDATION_FAILED'],
      ['message:send', 'text', 'VALIDATION_FAILED'],
      ['message:send', null, 'VALIDATION_FAILED'],
      [
        'message:send',
        { content: 'x', client_message_id: 'b', agent_name: 'system_monitor' },
        'AGENT_NOT_PERMITTED',
      ],
      ['session:join', { session_id: '*' }, 'VALIDATION_FAILED'],
      ['session:join', [1, 2], 'VALIDATION_FAILED'],
      ['run:stop', { run_id: randomUUID() }, 'CHAT_RUN_NOT_FOUND'],
      ['run:retry', { run_id: randomUUID() }, 'CHAT_RUN_NOT_FOUND'],
      ['run:resume', { run_id: randomUUID(), epoch: 0, after_seq: 0 }, 'CHAT_RUN_NOT_FOUND'],
      ['run:resume', { run_id: randomUUID(), epoch: -1, after_seq: 0 }, 'VALIDATION_FAILED'],
      ['subscribe', { room: 'tenant:*' }, 'SOCKET_UNKNOWN_EVENT'],
      ['__proto__', {}, 'SOCKET_UNKNOWN_EVENT'],
    ];
    for (const [event, body, code] of refusals) {
      const answer = await socket.ask(event, body);
      expect(answer).toMatchObject({ ok: false, error: { code } });
      expect(answer.error.detail.length).toBeGreaterThan(10);
    }
    expect((await socket.ask('typing', { session_id: 's', is_typing: false })).ok).toBe(true);
  });

  it('renews the token of an open socket, for the same identity only', async () => {
    const ann = new Client(app.url);
    const socket = await connect(ann);
    const again = new Client(app.url, { tenant: ann.tenant, user: ann.user, role: 'readonly' });
    expect(await socket.ask('auth:refresh', { token: again.token })).toEqual({ ok: true });
    const stranger = await socket.ask('auth:refresh', { token: new Client(app.url).token });
    expect(stranger).toMatchObject({ ok: false, error: { status: 401 } });
    await eventually(() => socket.socket.disconnected);
  });

  it.each<[string, Record<string, unknown>]>([
    ['no token', { auth: {} }],
    ['a wrong token', { auth: { token: 'x.y.z' } }],
    ['a foreign origin', { extraHeaders: { Origin: 'https://evil.example' } }],
    ['polling', { transports: ['polling'] }],
  ])('refuses %s', async (_name, options) => {
    const client = new Client(app.url);
    await expect(client.socket(options)).rejects.toThrow();
  });

  it('takes a permitted origin', async () => {
    const socket = io(app.url, {
      path: '/chat/socket.io',
      transports: ['websocket'],
      auth: { token: new Client(app.url).token },
      extraHeaders: { Origin: 'http://localhost:3001' },
      reconnection: false,
    });
    await eventually(() => socket.connected);
    socket.disconnect();
  });
});
