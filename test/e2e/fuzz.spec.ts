import fc from 'fast-check';
import { type RunningApp, startApp } from '../support/app.js';
import { AUTH_ENV, Client } from '../support/client.js';

/** Any JSON, with what breaks careless servers mixed in. */
const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.constantFrom<unknown>(
    '\u0000',
    '\ud800',
    { __proto__: { admin: true } },
    { $gt: '' },
    [[]],
    1e308,
    'x'.repeat(5000),
  ),
  fc.record(
    {
      message: fc.oneof(fc.string(), fc.jsonValue()),
      content: fc.oneof(fc.string(), fc.jsonValue()),
      session_id: fc.oneof(fc.constant('s'), fc.jsonValue()),
      context: fc.jsonValue(),
      client_message_id: fc.oneof(fc.string(), fc.jsonValue()),
      agent_name: fc.jsonValue(),
      run_id: fc.oneof(fc.uuid(), fc.jsonValue()),
      is_typing: fc.jsonValue(),
      title: fc.jsonValue(),
      role: fc.jsonValue(),
      token: fc.jsonValue(),
      type: fc.oneof(
        fc.constantFrom('message', 'typing', 'ping', 'stop', 'retry', 'resume', 'auth'),
        fc.jsonValue(),
      ),
    },
    { requiredKeys: [] },
  ),
);

describe('whatever is sent', () => {
  let app: RunningApp;
  let client: Client;
  let routes: { method: string; path: string }[];

  beforeAll(async () => {
    app = await startApp(AUTH_ENV);
    client = new Client(app.url);
    const { body } = await client.get('/chat/docs-json');
    routes = Object.entries<Record<string, unknown>>(body.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path })),
    );
    expect(routes.length).toBeGreaterThan(12);
  });
  afterAll(() => app.close());

  const alive = async (): Promise<void> => expect((await client.get('/health/live')).status).toBe(200);

  it('every route answers with a status below 500 and the error body', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), anything, fc.string(), async (pick, body, id) => {
        const { method, path } = routes[pick % routes.length] as { method: string; path: string };
        const address = path.replace(/\{\w+\}/g, () => encodeURIComponent(id.toWellFormed() || 'x'));
        const answer = await client.call(
          method,
          address,
          method === 'GET' ? undefined : JSON.stringify(body),
        );
        if (address.startsWith('/health') || address === '/metrics') return;
        expect({ method, address, status: answer.status }).toEqual({
          method,
          address,
          status: expect.any(Number),
        });
        expect(answer.status).toBeLessThan(500);
        if (answer.status >= 400)
          expect(answer.body).toMatchObject({ code: expect.any(String), detail: expect.any(String) });
      }),
      { numRuns: 250 },
    );
    await alive();
  }, 120_000);

  it('every socket.io event is acknowledged', async () => {
    const socket = await client.socket();
    const events = [
      'session:join',
      'message:send',
      'run:stop',
      'run:retry',
      'run:resume',
      'typing',
      'nonsense',
    ];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...events), anything, async (event, body) => {
        const ack = await socket.ask(event, body);
        expect(typeof ack.ok).toBe('boolean');
        if (!ack.ok) expect(ack.error.status).toBeLessThan(500);
      }),
      { numRuns: 250 },
    );
    socket.close();
    await alive();
  }, 120_000);

  it('every raw frame leaves the socket open', async () => {
    const raw = await client.raw('fuzz');
    let sent = 0;
    await fc.assert(
      fc.asyncProperty(
        anything.filter((body) => (body as { type?: unknown } | null)?.type !== 'auth'),
        async (body) => {
          raw.send(JSON.stringify(body) ?? 'null');
          raw.send({ type: 'ping' });
          sent += 1;
          await raw.frame(() => raw.frames.filter(({ type }) => type === 'pong').length >= sent);
        },
      ),
      { numRuns: 250 },
    );
    await raw.frame(() => raw.frames.filter(({ type }) => type === 'pong').length >= 250);
    expect(raw.frames.filter(({ type, metadata }) => type === 'error' && metadata.status >= 500)).toEqual([]);
    expect(raw.closed).toBeUndefined();
    raw.close();
    await alive();
  }, 120_000);
});
