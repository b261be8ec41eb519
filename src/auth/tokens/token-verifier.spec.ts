import { JwtService } from '@nestjs/jwt';
import { encodePart, signToken, TEST_AUDIENCE, TEST_SECRET } from '../../../test/support/tokens.js';
import { AuthConfig } from '../../config/config.js';
import { parseEnv } from '../../config/env.schema.js';
import { JwksKeys } from './jwks-keys.js';
import { TokenVerifier } from './token-verifier.js';

const DEMO_SECRET = 'demo-secret-of-this-test-0123456789abcdefghijkl';

function verifierFor(env: Record<string, string>): TokenVerifier {
  const config = new AuthConfig(parseEnv(env));
  return new TokenVerifier(config, new JwtService({}), { value: DEMO_SECRET } as never, new JwksKeys(config));
}

const now = () => Math.floor(Date.now() / 1000);
const INVALID = { code: 'AUTH_INVALID_TOKEN', detail: 'The token is not valid. Sign in again.' };

describe('TokenVerifier with a shared secret', () => {
  const verifier = verifierFor({ JWT_SECRET: TEST_SECRET });

  it('accepts a login token of auth-service-v2', async () => {
    const exp = now() + 100;
    await expect(verifier.verify(signToken({ sub: 'u1', exp }))).resolves.toMatchObject({
      source: 'secret',
      subject: 'u1',
      expiresAt: exp * 1000,
    });
  });

  it('accepts a session token: no aud, type access, user_id', async () => {
    const token = signToken({ sub: undefined, user_id: 'u2', aud: undefined, type: 'access' });
    await expect(verifier.verify(token)).resolves.toMatchObject({ subject: 'u2' });
  });

  it.each([undefined, null, ''])('asks for a token where there is none (%p)', async (nothing) => {
    await expect(verifier.verify(nothing)).rejects.toMatchObject({ code: 'AUTH_REQUIRED' });
  });

  it.each([
    ['the word null', 'null'],
    ['an array', [signToken()]],
    ['an object', { token: signToken() }],
    ['a number', 42],
    ['1 MB', 'a'.repeat(1024 * 1024)],
    ['over 8 KB', signToken({ email: 'x'.repeat(9000) })],
    ['an opaque token', 'opaque-token-1234567890'],
    ['two parts', signToken().split('.').slice(0, 2).join('.')],
    ['a line break', `${signToken()}\r\nX-Role: super_admin`],
    ['a JWE', `${encodePart({ alg: 'dir', enc: 'A256GCM' })}..AAAA.AAAA.AAAA`],
    ['a JWS in JSON', JSON.stringify({ payload: 'e30', signature: 'AA' })],
    ['no object as payload', signedText('"text"')],
    ['broken JSON as payload', signedText('{')],
    ['an array as payload', signedText('[]')],
  ])('refuses %s', async (_, token) => {
    await expect(verifier.verify(token)).rejects.toMatchObject(INVALID);
  });

  it.each(['none', 'None', 'NONE', 'nOnE', ''])(
    'refuses alg %p without and with a signature',
    async (alg) => {
      const [head, body, signature] = signToken({}, { header: { alg } }).split('.');
      await expect(verifier.verify(`${head}.${body}.`)).rejects.toMatchObject(INVALID);
      await expect(verifier.verify(`${head}.${body}.${signature}`)).rejects.toMatchObject(INVALID);
    },
  );

  it.each<unknown>(['HS384', 'HS512', 'hs256', 'RS256', 'ES256', 'PS256', 'EdDSA', 7, null, ['HS256']])(
    'refuses alg %p with the right secret',
    async (alg) => {
      await expect(verifier.verify(signToken({}, { header: { alg } }))).rejects.toMatchObject(INVALID);
    },
  );

  it('refuses an empty, a foreign and a changed signature', async () => {
    const token = signToken();
    const [head, , signature] = token.split('.');
    await expect(verifier.verify(token.slice(0, token.lastIndexOf('.') + 1))).rejects.toMatchObject(INVALID);
    await expect(verifier.verify(signToken({}, { secret: `${TEST_SECRET}x` }))).rejects.toMatchObject(
      INVALID,
    );
    const forged = `${head}.${encodePart({ role: 'super_admin' })}.${signature}`;
    await expect(verifier.verify(forged)).rejects.toMatchObject(INVALID);
  });

  it.each([
    { kid: '../../../etc/passwd' },
    { kid: '/dev/null' },
    { kid: "' UNION SELECT 'key' --" },
    { kid: 'https://evil.example/key' },
    { kid: 7 },
    { kid: 'x'.repeat(300) },
    { jku: 'https://evil.example/jwks.json' },
    { x5u: 'https://evil.example/cert' },
    { jwk: { kty: 'oct', k: 'AAAA' } },
    { x5c: ['AAAA'] },
    { crit: ['exp'] },
    { crit: [] },
    { b64: false, crit: ['b64'] },
    { b64: true },
    { zip: 'DEF' },
    { enc: 'A256GCM' },
    { cty: 'JWT' },
    { typ: 'JWE' },
    { typ: 'logout+jwt' },
    { surprise: 1 },
  ])('refuses the header %p', async (header) => {
    await expect(verifier.verify(signToken({}, { header }))).rejects.toMatchObject(INVALID);
  });

  it.each([{ kid: 'main-1' }, { typ: 'at+jwt' }, { typ: undefined }])(
    'takes the header %p',
    async (header) => {
      await expect(verifier.verify(signToken({}, { header }))).resolves.toMatchObject({ source: 'secret' });
    },
  );

  it.each([
    ['aud of password reset', { aud: 'fastapi-users:reset' }],
    ['aud of verification', { aud: ['fastapi-users:verify'] }],
    ['aud of an OAuth state', { aud: 'fastapi-users:oauth-state' }],
    ['no aud and no type', { aud: undefined }],
    ['a second purpose', { aud: [TEST_AUDIENCE, 'fastapi-users:reset'] }],
    ['an empty aud', { aud: [], type: 'access' }],
    ['null as aud', { aud: null, type: 'access' }],
    ['numbers in aud', { aud: [TEST_AUDIENCE, 1] }],
    ['an object as aud', { aud: { [TEST_AUDIENCE]: true } }],
    ['aud in other case', { aud: TEST_AUDIENCE.toUpperCase() }],
    ['a refresh token', { aud: undefined, type: 'refresh' }],
    ['a refresh token with aud', { type: 'refresh' }],
    ['no exp', { exp: undefined }],
    ['exp as text', { exp: String(now() + 100) }],
    ['a far exp', { exp: now() + 10 * 365 * 24 * 3600 }],
    ['an endless exp', { exp: 1e308 }],
    ['nbf to come', { nbf: now() + 40 }],
    ['nbf as text', { nbf: '0' }],
    ['iat to come', { iat: now() + 40 }],
    ['no subject', { sub: undefined }],
    ['a number as subject', { sub: 7 }],
    ['an empty subject', { sub: '' }],
    ['a long subject', { sub: 'x'.repeat(129) }],
    ['two subjects', { sub: 'a', user_id: 'b' }],
  ])('refuses claims with %s', async (_, claims) => {
    await expect(verifier.verify(signToken(claims))).rejects.toMatchObject(INVALID);
  });

  it('accepts more audiences of other houses', async () => {
    await expect(verifier.verify(signToken({ aud: ['billing', TEST_AUDIENCE] }))).resolves.toBeDefined();
  });

  it('allows a leeway of 30 s and no more', async () => {
    await expect(verifier.verify(signToken({}, { expiresIn: -25 }))).resolves.toBeDefined();
    await expect(verifier.verify(signToken({}, { expiresIn: -31 }))).rejects.toMatchObject({
      code: 'AUTH_TOKEN_EXPIRED',
    });
    await expect(verifier.verify(signToken({ nbf: now() + 25, iat: now() + 25 }))).resolves.toBeDefined();
  });

  it.each([-1, 0, -1e308])('refuses the exp %p', async (exp) => {
    await expect(verifier.verify(signToken({ exp }))).rejects.toMatchObject({ status: 401 });
  });

  it('tells nobody that a forged token has expired', async () => {
    const token = signToken({}, { expiresIn: -100, secret: 'another-secret-of-at-least-32-bytes!' });
    await expect(verifier.verify(token)).rejects.toMatchObject(INVALID);
  });

  it('wants the issuer where one is set', async () => {
    const strict = verifierFor({ JWT_SECRET: TEST_SECRET, JWT_ISSUER: 'https://auth.example.com' });
    await expect(strict.verify(signToken({ iss: 'https://auth.example.com' }))).resolves.toBeDefined();
    await expect(strict.verify(signToken({ iss: 'https://auth.example.com/' }))).rejects.toMatchObject(
      INVALID,
    );
    await expect(strict.verify(signToken())).rejects.toMatchObject(INVALID);
  });

  it('refuses demo tokens outside demo mode', async () => {
    await expect(verifier.verify(demoToken())).rejects.toMatchObject(INVALID);
  });
});

function signedText(payload: string): string {
  const jwt = new JwtService({});
  return jwt.sign(Buffer.from(payload), { secret: TEST_SECRET, algorithm: 'HS256' });
}

function demoToken(claims: Record<string, unknown> = {}, header: Record<string, unknown> = {}): string {
  return signToken(
    { iss: 'bizosaas-demo', ...claims },
    { secret: DEMO_SECRET, header: { kid: 'bizosaas-demo', ...header } },
  );
}

describe('TokenVerifier in demo mode', () => {
  it('accepts its own demo tokens only by their key and issuer', async () => {
    const verifier = verifierFor({});
    await expect(verifier.verify(demoToken())).resolves.toMatchObject({ source: 'demo' });
    await expect(verifier.verify(demoToken({ iss: undefined }))).rejects.toMatchObject(INVALID);
    await expect(verifier.verify(demoToken({}, { kid: undefined }))).rejects.toMatchObject(INVALID);
    await expect(verifier.verify(signToken())).rejects.toMatchObject(INVALID);
  });

  it('keeps the demo secret and JWT_SECRET apart', async () => {
    const verifier = verifierFor({ JWT_SECRET: TEST_SECRET, DEMO_MODE: 'true' });
    await expect(verifier.verify(demoToken())).resolves.toMatchObject({ source: 'demo' });
    await expect(verifier.verify(signToken())).resolves.toMatchObject({ source: 'secret' });
    const crossed = signToken({ iss: 'bizosaas-demo' }, { secret: DEMO_SECRET });
    await expect(verifier.verify(crossed)).rejects.toMatchObject(INVALID);
    const posing = signToken({ iss: 'bizosaas-demo' }, { header: { kid: 'bizosaas-demo' } });
    await expect(verifier.verify(posing)).rejects.toMatchObject(INVALID);
  });
});

describe('TokenVerifier with auth-service-v2 alone', () => {
  const verifier = verifierFor({ AUTH_SERVICE_URL: 'http://127.0.0.1:1' });

  it('passes opaque tokens and JWTs of any secret on to the service', async () => {
    await expect(verifier.verify('opaque-token-1234567890')).resolves.toMatchObject({
      source: 'service',
      subject: undefined,
    });
    const token = signToken({ sub: 'u9' }, { secret: 'known to the auth service alone' });
    await expect(verifier.verify(token)).resolves.toMatchObject({ source: 'service', subject: 'u9' });
  });

  it.each([
    ['an expired JWT', signToken({}, { expiresIn: -60 }), 'AUTH_TOKEN_EXPIRED'],
    ['a JWT without exp', signToken({ exp: undefined }), 'AUTH_INVALID_TOKEN'],
    ['a refresh token', signToken({ aud: undefined, type: 'refresh' }), 'AUTH_INVALID_TOKEN'],
    ['a reset token', signToken({ aud: 'fastapi-users:reset' }), 'AUTH_INVALID_TOKEN'],
    ['alg none', signToken({}, { header: { alg: 'none' } }), 'AUTH_INVALID_TOKEN'],
    ['a line break', 'opaque\r\nX-Role: super_admin', 'AUTH_INVALID_TOKEN'],
    ['a space', 'opaque token', 'AUTH_INVALID_TOKEN'],
    ['a word', 'null', 'AUTH_INVALID_TOKEN'],
  ])('refuses %s by itself', async (_, token, code) => {
    await expect(verifier.verify(token)).rejects.toMatchObject({ code });
  });
});
