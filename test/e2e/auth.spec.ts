import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { io, type Socket } from 'socket.io-client';
import WebSocket from 'ws';
import { ROLES } from '../../src/auth/principal.js';
import { type RunningApp, startApp } from '../support/app.js';
import { type AuthServer, meBody, startAuthServer } from '../support/auth-server.js';
import { signToken, TEST_SECRET } from '../support/tokens.js';

const ASSISTANT = { super_admin: 'InfraBot', tenant_admin: 'BizBot', user: 'MarketBot', readonly: 'InfoBot' };

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, any>;
}

async function call(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, init);
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Answer['body'],
  };
}

function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers } };
  return call(url, { ...init, body: JSON.stringify(body) });
}

const assistants = (app: RunningApp, token?: string) =>
  call(
    `${app.url}/chat/assistants`,
    token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } },
  );

function connect(app: RunningApp, auth: object): Socket {
  return io(app.url, { path: '/chat/socket.io', transports: ['websocket'], reconnection: false, auth });
}

const heard = (socket: Socket, event: string) => new Promise<any>((resolve) => socket.once(event, resolve));

describe('with a shared secret', () => {
  let app: RunningApp;
  beforeAll(async () => void (app = await startApp({ JWT_SECRET: TEST_SECRET })));
  afterAll(() => app?.close());

  it.each(ROLES)('serves the role %s with its own assistant', async (role) => {
    const answer = await assistants(app, signToken({ sub: 'u1', tenant_id: 't1', role }));
    expect(answer).toMatchObject({ status: 200, body: { role, assistant: { name: ASSISTANT[role] } } });
    expect(answer.body['session_info']).toEqual({
      user_id: 'u1',
      tenant_id: 't1',
      email: 'someone@example.com',
    });
  });

  it('never mixes up callers at the same time', async () => {
    const ids = Array.from({ length: 40 }, (_, index) => `u${index}`);
    const answers = await Promise.all(ids.map((sub) => assistants(app, signToken({ sub }))));
    expect(answers.map(({ body }) => body['session_info'].user_id)).toEqual(ids);
  });

  it('says what is missing without a token', async () => {
    const answer = await assistants(app);
    expect(answer).toMatchObject({ status: 401, body: { code: 'AUTH_REQUIRED' } });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('has no demo identities', async () => {
    await expect(post(`${app.url}/chat/demo/token`, { role: 'user' })).resolves.toMatchObject({
      status: 404,
    });
  });

  it('lets a socket in by its token and no other way', async () => {
    const good = connect(app, { token: signToken() });
    await heard(good, 'connect');
    good.close();
    const bad = connect(app, {});
    expect((await heard(bad, 'connect_error')).data).toMatchObject({ status: 401, code: 'AUTH_REQUIRED' });
  });

  it('closes a socket within 5 s of the end of its token', async () => {
    const socket = connect(app, { token: signToken({}, { expiresIn: -28 }) });
    await heard(socket, 'connect');
    const started = Date.now();
    await heard(socket, 'disconnect');
    expect(Date.now() - started).toBeLessThan(2000 + 5000);
  });

  it('gives a ticket that opens one raw WebSocket', async () => {
    const token = signToken();
    const authorization = `Bearer ${token}`;
    const { status, body } = await post(`${app.url}/chat/ws-ticket`, { session_id: 's1' }, { authorization });
    expect({ status, expires: body['expires_in'] }).toEqual({ status: 200, expires: 30 });
    const url = `${app.url.replace('http', 'ws')}/chat/ws/s1?ticket=${body['ticket']}`;
    await expect(firstOf(url)).resolves.toMatchObject({
      type: 'system',
      content: 'Connected to AI Chat Service',
    });
    await expect(firstOf(url)).resolves.toEqual({ code: 1008, reason: 'Authentication required' });
  });
});

/** The first frame of a raw WebSocket, or how it was closed before one came. */
function firstOf(url: string, headers: Record<string, string> = {}): Promise<unknown> {
  const socket = new WebSocket(url, { headers });
  return new Promise((resolve, reject) => {
    socket.once('message', (data) => {
      resolve(JSON.parse(String(data)));
      socket.close();
    });
    socket.once('close', (code, reason) => resolve({ code, reason: String(reason) }));
    socket.once('error', reject);
  });
}

describe('with auth-service-v2', () => {
  let auth: AuthServer;
  let app: RunningApp;
  beforeAll(async () => {
    auth = await startAuthServer();
    app = await startApp({ JWT_SECRET: TEST_SECRET, AUTH_SERVICE_URL: auth.url, AUTH_CACHE_TTL: '2' });
  });
  afterAll(async () => {
    await app?.close();
    await auth.close();
  });
  afterEach(() => auth.up());

  function known(id: string, role: string): string {
    const token = signToken({ sub: id, tenant_id: undefined, role: undefined });
    auth.setUser(token, { id, tenantId: 't1', role });
    return token;
  }

  it('takes tenant and role from the service, asking once for many requests', async () => {
    const token = known('u1', 'tenant_admin');
    const answers = await Promise.all([
      assistants(app, token),
      assistants(app, token),
      assistants(app, token),
    ]);
    expect(answers[0]).toMatchObject({ status: 200, body: { role: 'tenant_admin' } });
    expect(auth.calls.filter((call) => call === token)).toHaveLength(1);
  });

  it('never mixes up callers whose answers come in another order', async () => {
    const users = Array.from({ length: 10 }, (_, index) => `user-${index}`);
    const tokens = users.map((id) => known(id, 'user'));
    let calls = 0;
    auth.answerWith((request, response) => {
      const token = request.headers.authorization?.slice('Bearer '.length) ?? '';
      const id = users[tokens.indexOf(token)] ?? '';
      const body = JSON.stringify(meBody({ id, tenantId: 't1', role: 'user' }));
      setTimeout(() => response.end(body), (users.length - calls++) * 20);
    });
    const answers = await Promise.all(tokens.map((token) => assistants(app, token)));
    auth.answerWith(undefined);
    expect(answers.map(({ body }) => body['session_info'].user_id)).toEqual(users);
  });

  it('refuses what the service does not know, although its signature is right', async () => {
    await expect(assistants(app, signToken())).resolves.toMatchObject({ status: 401 });
  });

  it('does not even ask for a forged token', async () => {
    const forged = signToken({}, { secret: 'another-secret-of-at-least-32-bytes!' });
    await expect(assistants(app, forged)).resolves.toMatchObject({ status: 401 });
    expect(auth.calls).not.toContain(forged);
  });

  it('gives nobody a pass while the service is down, says when to come back, and recovers', async () => {
    const token = known('u2', 'user');
    auth.down();
    const answer = await assistants(app, token);
    expect(answer).toMatchObject({ status: 503, body: { code: 'AUTH_UNAVAILABLE' } });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    auth.up();
    await expect(assistants(app, token)).resolves.toMatchObject({ status: 200 });
  });

  it('closes the open sockets of a user who was disabled', async () => {
    const token = known('u3', 'user');
    const socket = connect(app, { token });
    await heard(socket, 'connect');
    auth.setUser(token, { id: 'u3', tenantId: 't1', role: 'user', isActive: false });
    await heard(socket, 'disconnect');
    await expect(assistants(app, token)).resolves.toMatchObject({ status: 401 });
  });
});

describe('in demo mode', () => {
  let dataDir: string;
  beforeAll(() => void (dataDir = mkdtempSync(join(tmpdir(), 'demo-'))));
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

  it('gives each role an identity that outlives a restart', async () => {
    const first = await startApp({ DATA_DIR: dataDir });
    const tokens: [string, string][] = [];
    try {
      for (const role of ROLES) {
        const { status, body } = await post(`${first.url}/chat/demo/token`, { role });
        expect({ status, expires: body['expires_in'] }).toEqual({ status: 200, expires: 3600 });
        tokens.push([role, body['token']]);
      }
    } finally {
      await first.close();
    }
    const second = await startApp({ DATA_DIR: dataDir });
    try {
      for (const [role, token] of tokens) {
        await expect(assistants(second, token)).resolves.toMatchObject({ status: 200, body: { role } });
      }
    } finally {
      await second.close();
    }
  });
});
