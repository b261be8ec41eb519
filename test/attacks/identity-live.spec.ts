import { io } from 'socket.io-client';
import WebSocket from 'ws';
import { type RunningApp, startApp } from '../support/app.js';
import { type AuthServer, meBody, startAuthServer } from '../support/auth-server.js';
import { ask, closedBy, handshake } from '../support/identity-probes.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { ServiceProcess } from '../support/service-process.js';
import { signToken, TEST_SECRET } from '../support/tokens.js';

describe('start-up', () => {
  let database: TestDatabase;
  beforeAll(async () => void (database = await createTestDatabase()));
  afterAll(() => database?.drop());

  it.each<[string, Record<string, string>]>([
    ['JWT_SECRET', { JWT_SECRET: 'your-secret-key' }],
    ['JWT_SECRET', { JWT_SECRET: 'SECRET' }],
    ['JWT_SECRET', { JWT_SECRET: 'only-31-bytes-long-zk39dmq71xvb' }],
    ['JWT_SECRET', {}],
    ['DEMO_MODE', { JWT_SECRET: TEST_SECRET, DEMO_MODE: 'true' }],
  ])('A7 is refused in production because of %s (%p)', async (key, env) => {
    const service = await ServiceProcess.spawn({ ENV: 'production', DATABASE_URL: database.url, ...env });
    const { code } = await service.exited;
    expect(code).not.toBe(0);
    expect(service.output).toContain(key);
    if (env['JWT_SECRET'] && env['JWT_SECRET'] !== 'SECRET')
      expect(service.output).not.toContain(env['JWT_SECRET']);
  });

  it('A18 no token or ticket in any log line or metric, and no ticket twice', async () => {
    const service = await ServiceProcess.start({
      DATABASE_URL: database.url,
      JWT_SECRET: TEST_SECRET,
      LOG_LEVEL: 'trace',
    });
    try {
      const token = signToken();
      const bad = signToken({}, { secret: 'another-secret-of-at-least-32-bytes!' });
      const ws = service.url.replace('http', 'ws');
      const authorization = `Bearer ${token}`;
      const issued = await fetch(`${service.url}/chat/ws-ticket`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: '{"session_id":"s1"}',
      });
      const { ticket } = (await issued.json()) as { ticket: string };
      const evil = { origin: 'http://evil.example' };
      await expect(closedBy(`${ws}/chat/ws/s1?ticket=${ticket}`, evil)).resolves.not.toBe('open');
      const second = await again(service, authorization);
      await expect(closedBy(`${ws}/chat/ws/other?ticket=${second}`)).resolves.toBe(1008);
      await expect(closedBy(`${ws}/chat/ws/s1?ticket=${second}`)).resolves.toBe(1008);
      const third = await again(service, authorization);
      await expect(closedBy(`${ws}/chat/ws/s1?ticket=${third}`)).resolves.toBe('open');
      await expect(closedBy(`${ws}/chat/ws/s1?ticket=${third}`)).resolves.toBe(1008);
      await expect(closedBy(`${ws}/chat/ws/s1?token=${token}`)).resolves.toBe('open');
      await expect(closedBy(`${ws}/chat/ws/s1?token=${bad}`)).resolves.toBe(1008);
      await ask(service, token);
      await ask(service, bad);
      await ask(service, token, `/chat/assistants?token=${token}&ticket=${ticket}`);
      await handshake(service, { token });
      await handshake(service, { token: bad });
      const metrics = await (await fetch(`${service.url}/metrics`)).text();
      await service.kill('SIGTERM');
      for (const secret of [token, bad, ticket, second, third]) {
        const end = secret.slice(-40);
        expect(service.output).not.toContain(end);
        expect(metrics).not.toContain(end);
      }
    } finally {
      await service.kill('SIGKILL');
    }
  });
});

async function again(service: ServiceProcess, authorization: string): Promise<string> {
  const response = await fetch(`${service.url}/chat/ws-ticket`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: '{"session_id":"s1"}',
  });
  return ((await response.json()) as { ticket: string }).ticket;
}

describe('auth-service-v2', () => {
  let auth: AuthServer;
  let app: RunningApp;
  beforeEach(async () => {
    auth = await startAuthServer();
    app = await startApp({ JWT_SECRET: TEST_SECRET, AUTH_SERVICE_URL: auth.url, AUTH_CACHE_TTL: '2' });
  });
  afterEach(async () => {
    await app?.close();
    await auth.close();
  });

  it('A8, A9 a lowered role, a disabled user and a suspended tenant reach open sockets and every path', async () => {
    for (const change of [{ isActive: false }, { tenantStatus: 'suspended' }, { role: 'agent' }]) {
      const token = signToken({ sub: 'u1' });
      const user = { id: 'u1', tenantId: 't1', role: 'user' };
      auth.setUser(token, user);
      const socket = io(app.url, {
        path: '/chat/socket.io',
        transports: ['websocket'],
        reconnection: false,
        auth: { token },
      });
      const raw = new WebSocket(`${app.url.replace('http', 'ws')}/chat/ws/s1?token=${token}`);
      const ended = [
        new Promise((resolve) => socket.once('disconnect', resolve)),
        new Promise((resolve) => raw.once('close', resolve)),
      ];
      await Promise.all([
        new Promise((resolve) => socket.once('connect', () => resolve(undefined))),
        new Promise((resolve) => raw.once('message', resolve)),
      ]);
      auth.setUser(token, { ...user, ...change });
      const started = Date.now();
      await Promise.all(ended);
      expect(Date.now() - started).toBeLessThan(5000);
      expect([401, 403]).toContain((await ask(app, token)).status);
      expect([401, 403]).toContain((await handshake(app, { token })).status);
      await expect(closedBy(`${app.url.replace('http', 'ws')}/chat/ws/s1?token=${token}`)).resolves.toBe(
        1008,
      );
    }
  });

  it('A10 answers that must not raise anybody', async () => {
    const token = signToken({ sub: 'u1' });
    const good = meBody({ id: 'u1', tenantId: 't1', role: 'user' });
    const bodies: [string, number, string][] = [
      ['another user', 401, JSON.stringify(meBody({ id: 'u2', tenantId: 't1', role: 'super_admin' }))],
      ['a page', 503, '<html></html>'],
      ['is_active as text', 503, JSON.stringify({ ...good, user: { ...good.user, is_active: 'true' } })],
      ['a huge body', 503, JSON.stringify({ ...good, more: 'x'.repeat(1_000_000) })],
    ];
    for (const [, status, body] of bodies) {
      auth.answerWith((_request, response) => response.end(body));
      await expect(ask(app, token)).resolves.toMatchObject({ status });
    }
    auth.answerWith((_request, response) =>
      response.writeHead(302, { location: `${auth.url}/auth/me?elsewhere` }).end(),
    );
    await expect(ask(app, token)).resolves.toMatchObject({ status: 503 });
    auth.answerWith((_request, response) => {
      const user = { ...good.user, is_superuser: 'false' };
      response.end(JSON.stringify({ ...good, user }));
    });
    await expect(ask(app, token)).resolves.toMatchObject({
      status: 200,
      text: expect.stringContaining('MarketBot'),
    });
  });
});

describe('sockets', () => {
  let app: RunningApp;
  beforeAll(async () => void (app = await startApp({ JWT_SECRET: TEST_SECRET })));
  afterAll(() => app?.close());

  it('A19 nobody stays without a token, and nobody becomes somebody else', async () => {
    await expect(handshake(app, {})).resolves.toMatchObject({ status: 401 });
    const socket = io(app.url, {
      path: '/chat/socket.io',
      transports: ['websocket'],
      reconnection: false,
      auth: { token: signToken({ sub: 'u1', tenant_id: 't1' }) },
    });
    await new Promise((resolve) => socket.once('connect', () => resolve(undefined)));
    const ended = new Promise((resolve) => socket.once('disconnect', resolve));
    const other = signToken({ sub: 'u2', tenant_id: 't1', role: 'super_admin' });
    const answer = await Promise.race([socket.emitWithAck('auth:refresh', { token: other }), ended]);
    if (typeof answer === 'object') expect(answer).toMatchObject({ ok: false, error: { status: 401 } });
    await ended;
    const silent = new WebSocket(
      `${app.url.replace('http', 'ws')}/chat/socket.io/?EIO=4&transport=websocket`,
    );
    const started = Date.now();
    await new Promise((resolve) => silent.once('close', resolve));
    expect(Date.now() - started).toBeLessThanOrEqual(6000);
  });
});
