import { randomUUID } from 'node:crypto';
import { TcpProxy } from '../chaos/net/tcp-proxy.js';
import { type RunningApp, startApp } from '../support/app.js';
import { AUTH_ENV, Client, eventually, type RawClient, type SocketClient } from '../support/client.js';
import { startModelServer } from '../support/model-server.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import type { ScriptedServer } from '../support/scripted-server.js';

/** G11: milliseconds after the return of PostgreSQL in which the service is itself again. */
const NORMAL_AGAIN = 5_000;
/** Milliseconds in which a request is refused while PostgreSQL says nothing at all, with room for a busy machine. */
const REFUSED = 40_000;

describe('a service whose PostgreSQL goes away', () => {
  let link: TcpProxy;
  let model: ScriptedServer;
  let database: TestDatabase;
  let app: RunningApp;
  let ann: Client;
  let socket: SocketClient;
  let raw: RawClient;

  beforeAll(async () => {
    [model, database] = await Promise.all([
      startModelServer({ tokens: 20, delayMs: 50 }),
      createTestDatabase(),
    ]);
    const address = new URL(database.url);
    const target = Number(address.port);
    link = await TcpProxy.start(() => target);
    address.port = String(link.port);
    app = await startApp({ ...AUTH_ENV, DATABASE_URL: address.href, OPENAI_BASE_URL: model.url });
    ann = new Client(app.url);
    socket = await ann.socket();
    raw = await ann.raw('s', '&stream=true');
  });
  afterAll(async () => {
    link.heal();
    await app.close();
    await link.close();
    await model.close();
    await database.drop();
  });

  const question = (): Record<string, unknown> => ({ session_id: 's', client_message_id: randomUUID() });

  const refusedEverywhere = async (): Promise<Record<string, unknown>[]> => {
    const [rest, io, plain] = [question(), question(), question()];
    raw.send({ type: 'message', content: 'hi', client_message_id: plain['client_message_id'] });
    const [answer, ack] = await Promise.all([
      ann.send('hi', rest),
      socket.socket.timeout(REFUSED).emitWithAck('message:send', { content: 'hi', ...io }) as Promise<any>,
      eventually(
        () => raw.frames.find(({ type, metadata }) => type === 'error' && metadata.status === 503),
        REFUSED,
      ),
    ]);
    expect([answer.status, answer.body.code]).toEqual([503, expect.any(String)]);
    expect(answer.body).toMatchObject({ retry_after: expect.any(Number), detail: expect.any(String) });
    expect(ack).toMatchObject({ ok: false, error: { status: 503, retry_after: expect.any(Number) } });
    expect(raw.frames.filter(({ type }) => type === 'ack')).toEqual([]);
    return [rest, io, plain];
  };

  it.each([
    ['refuses connections', { refuse: true }],
    ['is silent', { stall: true }],
  ])(
    '%s: sends get a 503 that may be tried again, never an acknowledgement; then all is as before',
    async (_, fault) => {
      expect((await ann.send('before', { session_id: 'before' })).status).toBe(200);
      link.set(fault);
      if ('refuse' in fault) link.cut();
      const refused = await refusedEverywhere();
      expect((await ann.get('/health')).body.status).toBe('unhealthy');
      expect((await ann.get('/health/live')).status).toBe(200);

      if (!('refuse' in fault)) link.cut();
      link.heal();
      const back = performance.now();
      await eventually(async () => (await ann.send('again', question())).status === 200, 60_000);
      expect(performance.now() - back).toBeLessThan(NORMAL_AGAIN + 25_000);

      for (const body of refused) {
        const { status, body: answer } = await ann.send('hi', body);
        expect([status, answer.ai_response?.type]).toEqual([200, 'assistant']);
      }
      const { body } = await ann.get('/chat/history/s?limit=200');
      const asked = body.session.messages.filter(({ type }: any) => type === 'user');
      const ids = asked.map(({ client_message_id: id }: any) => id).filter(Boolean);
      expect(new Set(ids).size).toBe(ids.length);
      expect(asked.filter(({ content }: any) => content === 'hi').length % 3).toBe(0);
      expect((await ann.get('/health')).body.status).toBe('healthy');
      raw.frames.length = 0;
    },
  );

  it('finishes an answer that it was giving when the connections were cut', async () => {
    const run = (await socket.ask('message:send', { content: 'cut', ...question() })).run_id;
    await eventually(() => socket.answer(run).length > 1);
    link.cut();
    const final = await socket.final(run);
    expect(['run.completed', 'run.failed', 'run.interrupted']).toContain(final.event);
  });
});
