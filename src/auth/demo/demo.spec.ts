import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JwtService } from '@nestjs/jwt';
import { AuthConfig } from '../../config/config.js';
import { parseEnv } from '../../config/env.schema.js';
import { JwksKeys } from '../tokens/jwks-keys.js';
import { TokenVerifier } from '../tokens/token-verifier.js';
import { DemoSecret } from './demo-secret.js';
import { DemoService } from './demo.service.js';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'demo-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('DemoSecret', () => {
  it('keeps one secret for every process, readable by its owner only', () => {
    const dataDir = join(folder, 'new', 'data');
    const first = new DemoSecret({ dataDir }).value;
    expect(first).toMatch(/^[\w-]{64}$/);
    expect(new DemoSecret({ dataDir }).value).toBe(first);
    expect(statSync(join(dataDir, 'demo-secret')).mode & 0o777).toBe(0o600);
    expect(readdirSync(dataDir)).toEqual(['demo-secret']);
  });

  it('takes a file that others could read away from them', () => {
    const path = join(folder, 'demo-secret');
    writeFileSync(path, `${'a'.repeat(64)}\n`, { mode: 0o644 });
    expect(new DemoSecret({ dataDir: folder }).value).toBe('a'.repeat(64));
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('uses a secret of its own where the file is no secret or no file can be made', () => {
    writeFileSync(join(folder, 'demo-secret'), 'short');
    const odd = new DemoSecret({ dataDir: folder });
    expect(odd.value).toMatch(/^[\w-]{64}$/);
    expect(odd.value).toBe(odd.value);
    expect(readFileSync(join(folder, 'demo-secret'), 'utf8')).toBe('short');
    expect(new DemoSecret({ dataDir: join(folder, 'demo-secret', 'below-a-file') }).value).toMatch(
      /^[\w-]{64}$/,
    );
  });
});

function request(remoteAddress: string, headers: Record<string, string> = {}): IncomingMessage {
  return { socket: { remoteAddress }, headers: { host: 'localhost:3003', ...headers } } as never;
}

describe('DemoService', () => {
  function parts(env: Record<string, string>) {
    const config = new AuthConfig(parseEnv(env));
    const jwt = new JwtService({});
    const secret = new DemoSecret({ dataDir: folder });
    return {
      demo: new DemoService(config, jwt, secret),
      verifier: new TokenVerifier(config, jwt, secret, new JwksKeys(config)),
    };
  }

  it('gives a token for an hour that the service itself accepts', async () => {
    const { demo, verifier } = parts({});
    const { token, expires_in } = await demo.issue('super_admin', request('127.0.0.1'));
    const claims = await verifier.verify(token);
    expect(expires_in).toBe(3600);
    expect(claims).toMatchObject({
      source: 'demo',
      subject: 'demo-super-admin',
      tenantId: 'demo',
      role: 'super_admin',
    });
    expect(Math.abs(claims.expiresAt - Date.now() - 3_600_000)).toBeLessThan(5000);
  });

  it.each(['127.0.0.1', '127.5.5.5', '::1', '::ffff:127.0.0.1'])('answers the peer %s', async (peer) => {
    await expect(parts({}).demo.issue('user', request(peer))).resolves.toBeDefined();
  });

  it.each([
    ['another machine', request('192.168.1.20')],
    [
      'another machine that claims to be this one',
      request('203.0.113.7', { 'x-forwarded-for': '127.0.0.1' }),
    ],
    ['a proxy on this machine', request('127.0.0.1', { 'x-forwarded-for': '127.0.0.1' })],
    ['a proxy with Forwarded', request('127.0.0.1', { forwarded: 'for=127.0.0.1' })],
    ['a proxy with Via', request('::1', { via: '1.1 proxy' })],
    ['a rebound host name', request('127.0.0.1', { host: 'evil.example:3003' })],
    ['a host that only begins well', request('127.0.0.1', { host: 'localhost.evil.example' })],
    ['an address in disguise', request('127.0.0.1.evil')],
  ])('refuses %s', async (_, incoming) => {
    await expect(parts({}).demo.issue('user', incoming)).rejects.toMatchObject({ code: 'AUTH_DEMO_REFUSED' });
  });

  it('answers everybody with DEMO_MODE=true', async () => {
    const { demo } = parts({ DEMO_MODE: 'true' });
    await expect(demo.issue('user', request('203.0.113.7', { host: 'chat.example' }))).resolves.toBeDefined();
  });

  it.each<Record<string, string>>([
    { JWT_SECRET: 'x' },
    { AUTH_SERVICE_URL: 'http://auth:3002' },
    { ENV: 'production' },
  ])('is not there with %p', async (env) => {
    await expect(parts(env).demo.issue('user', request('127.0.0.1'))).rejects.toMatchObject({
      status: 404,
    });
    expect(readdirSync(folder)).toEqual([]);
  });
});
