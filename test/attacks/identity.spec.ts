import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type RunningApp, startApp } from '../support/app.js';
import { ask, handshake, rawGet, type Refusal } from '../support/identity-probes.js';
import {
  type Claims,
  encodePart,
  signToken,
  type SignOptions,
  TEST_AUDIENCE,
  TEST_SECRET,
} from '../support/tokens.js';

/** 401, in words that are the same for every token and repeat nothing of it. */
async function expectRefused(app: RunningApp, token: string): Promise<void> {
  const { status, text } = await ask(app, token);
  expect(status).toBe(401);
  expect(text).toMatch(/"detail":"(The token is not valid|The session has expired|Sign in first)[^"]*"/);
  for (const part of token.split('.')) if (part.length > 8) expect(text).not.toContain(part);
}

/** One app a block: its limit on refused tokens (A11) would otherwise show in the next block. */
function withApp(
  env: Record<string, string> = { JWT_SECRET: TEST_SECRET },
): { readonly url: string } & RunningApp {
  const holder = {} as RunningApp;
  beforeEach(async () => void Object.assign(holder, await startApp(env)));
  afterEach(() => holder.close?.());
  return holder;
}

const seconds = () => Math.floor(Date.now() / 1000);

async function refusesAll(app: RunningApp, cases: readonly [Claims, SignOptions?][]): Promise<void> {
  for (const [claims, options] of cases) await expectRefused(app, signToken(claims, options));
  await expect(ask(app, signToken())).resolves.toMatchObject({ status: 200 });
}

describe('tokens', () => {
  const app = withApp();

  it('A1 alg none, in every spelling, without a signature', async () => {
    for (const alg of ['none', 'None', 'NONE', 'nOnE', 'none ', '']) {
      const [head, body] = signToken({}, { header: { alg } }).split('.');
      await expectRefused(app, `${head}.${body}.`);
      await expectRefused(app, `${head}.${body}.AAAA`);
    }
  });

  it('A2 algorithms off the list of their key source', async () => {
    const algorithms = ['HS384', 'HS512', 'RS256', 'ES256', 'EdDSA', 'PS256', 'hs256'];
    await refusesAll(
      app,
      algorithms.map((alg) => [{}, { header: { alg } }]),
    );
  });

  it('A3 headers that point elsewhere: refused, nothing fetched', async () => {
    const hits: string[] = [];
    const trap: Server = createServer((request, response) => {
      hits.push(request.url ?? '');
      response.end('{"keys":[]}');
    });
    await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(trap.address() as AddressInfo).port}`;
    const headers = [
      { kid: '../../../../etc/passwd' },
      { kid: "' OR '1'='1" },
      { kid: `${url}/kid` },
      { jku: `${url}/jku` },
      { x5u: `${url}/x5u` },
      { jwk: { kty: 'oct', k: Buffer.from(TEST_SECRET).toString('base64url') } },
      { crit: ['exp'] },
      { b64: false, crit: ['b64'] },
      { zip: 'DEF' },
    ];
    await refusesAll(
      app,
      headers.map((header) => [{}, { header }]),
    );
    await expectRefused(app, `${encodePart({ alg: 'dir', enc: 'A256GCM' })}..AAAA.AAAA.AAAA`);
    await new Promise((resolve) => trap.close(resolve));
    expect(hits).toEqual([]);
  });

  it('A4 wrong audiences', async () => {
    await refusesAll(app, [
      [{ aud: 'fastapi-users:reset' }],
      [{ aud: 'fastapi-users:verify' }],
      [{ aud: undefined }],
      [{ aud: [] }],
      [{ aud: [TEST_AUDIENCE, 'fastapi-users:reset'] }],
      [{ aud: [TEST_AUDIENCE, 7] }],
      [{ aud: { 0: TEST_AUDIENCE } }],
    ]);
    await expect(ask(app, signToken({ aud: undefined, type: 'access' }))).resolves.toMatchObject({
      status: 200,
    });
  });

  it('A5 times that cannot be', async () => {
    await refusesAll(app, [
      [{ exp: undefined }],
      [{ exp: String(seconds() + 60) }],
      [{ exp: -1 }],
      [{ exp: 99_999_999_999 }],
      [{ exp: null }],
      [{ nbf: seconds() + 60 }],
      [{ iat: seconds() + 60 }],
      [{}, { expiresIn: -31 }],
    ]);
    await expect(ask(app, signToken({}, { expiresIn: -20 }))).resolves.toMatchObject({ status: 200 });
  });

  it('A6 other tokens, no tokens, two tokens', async () => {
    await refusesAll(app, [
      [{ aud: undefined, type: 'refresh' }],
      [{ type: 'refresh' }],
      [{ aud: 'fastapi-users:oauth-state' }],
    ]);
    for (const token of ['null', 'undefined', '[object Object]', 'a'.repeat(9000)])
      await expectRefused(app, token);
    await expect(ask(app, signToken(), '/chat/assistants?token=x')).resolves.toMatchObject({ status: 401 });
    const [first, second] = [signToken(), signToken()];
    const two = `Authorization: Bearer ${first}\r\nAuthorization: Bearer ${second}`;
    await expect(rawGet(app, `/chat/assistants`, two)).resolves.toContain(' 401 ');
    await expect(rawGet(app, `/chat/assistants`, `Authorization: Bearer ${first}`)).resolves.toContain(
      ' 200 ',
    );
    await expect(
      rawGet(app, `/chat/assistants`, `Authorization: Bearer ${'a'.repeat(1024 * 1024)}`),
    ).resolves.toMatch(/ (401|431) /);
    for (const token of [null, '', [first], { token: first }, 7, 'null']) {
      await expect(handshake(app, { token })).resolves.toMatchObject({ status: 401 });
    }
  });
});

it('A4 a wrong issuer', async () => {
  const app = await startApp({ JWT_SECRET: TEST_SECRET, JWT_ISSUER: 'https://auth.example.com' });
  try {
    await expectRefused(app, signToken());
    await expectRefused(app, signToken({ iss: 'https://auth.example.com.evil.example' }));
    await expect(ask(app, signToken({ iss: 'https://auth.example.com' }))).resolves.toMatchObject({
      status: 200,
    });
  } finally {
    await app?.close();
  }
});

describe('probing', () => {
  const app = withApp();

  it('A11 is throttled by address and by subject in constant words, without locking anybody out', async () => {
    const seen = new Set<string>();
    let throttled: Refusal | undefined;
    for (let index = 0; index < 40; index += 1) {
      const bad = signToken({ sub: 'victim' }, { secret: `guess-${index}` });
      const answer = await ask(app, bad);
      const { detail, code } = JSON.parse(answer.text) as { detail: string; code: string };
      seen.add(`${answer.status} ${code} ${detail}`);
      if (answer.status === 429) throttled = answer;
    }
    expect(throttled?.code).toBe('AUTH_TOO_MANY_FAILURES');
    expect(seen.size).toBe(2);
    await expect(ask(app, signToken({ sub: 'victim' }))).resolves.toMatchObject({ status: 200 });
  });
});

describe('tenants', () => {
  const app = withApp();

  it('A20 come from the token alone', async () => {
    const token = signToken({ sub: 'u1', tenant_id: 't1' });
    const response = await fetch(`${app.url}/chat/assistants`, {
      headers: {
        authorization: `Bearer ${token}`,
        cookie: 'tenant_id=t2',
        'x-tenant-id': 't2',
        'x-user-id': 'u2',
        'x-role': 'super_admin',
        'x-forwarded-host': 't2.example.com',
      },
    });
    const body = (await response.json()) as { session_info: { tenant_id: string }; role: string };
    expect({ tenant: body.session_info.tenant_id, role: body.role }).toEqual({ tenant: 't1', role: 'user' });
    const ticket = await fetch(`${app.url}/chat/ws-ticket`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ session_id: 's1', tenant_id: 't2' }),
    });
    expect(ticket.status).toBe(400);
    const sessions = await ask(app, token, '/chat/sessions?tenant_id=t2');
    expect(sessions.status).toBe(400);
    for (const tenant_id of [undefined, null, '', 7, ['t1']])
      await expectRefused(app, signToken({ tenant_id }));
    await expect(ask(app, signToken({ role: 'agent' }))).resolves.toMatchObject({
      status: 403,
      code: 'AUTH_ROLE_REFUSED',
    });
  });
});
