import { TEST_SECRET } from '../../test/support/tokens.js';
import { AuthConfig } from '../config/config.js';
import { ConfigError, parseEnv } from '../config/env.schema.js';
import { assertAuthConfig } from './assert-auth-config.js';

const check = (env: Record<string, string>) => assertAuthConfig(new AuthConfig(parseEnv(env)));
const inProduction = (env: Record<string, string>) => check({ ENV: 'production', ...env });

const WEAK = [
  'SECRET',
  'secret',
  'your-secret-key',
  'changeme',
  'short-but-random-Zk39',
  'x'.repeat(64),
  'secretsecretsecretsecretsecretsecret',
  'your-super-secret-jwt-key-that-is-long-enough',
  'please-change-me-in-production-0123456789',
];

describe('assertAuthConfig', () => {
  it.each(WEAK)('refuses the secret %p in production and warns elsewhere', (secret) => {
    expect(() => inProduction({ JWT_SECRET: secret })).toThrow(ConfigError);
    expect(check({ JWT_SECRET: secret })).toEqual([expect.stringContaining('JWT_SECRET')]);
  });

  it('never repeats the secret', () => {
    const [warning] = check({ JWT_SECRET: 'Zk39-is-a-short-one' });
    expect(warning).not.toContain('Zk39');
  });

  it.each<Record<string, string>>([
    { JWT_SECRET: TEST_SECRET },
    { JWT_SECRET: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' },
    { AUTH_JWKS_URL: 'https://auth.example.com/jwks.json' },
    { AUTH_SERVICE_URL: 'http://auth:3002' },
  ])('starts in production with %p', (env) => {
    expect(inProduction(env)).toEqual([]);
  });

  it('refuses production without a verifier, and demo mode there, all at once', () => {
    expect(() => inProduction({ DEMO_MODE: 'true' })).toThrow(
      expect.objectContaining({
        problems: [expect.stringContaining('AUTH_SERVICE_URL'), expect.stringContaining('DEMO_MODE')],
      }),
    );
  });

  it('refuses addresses that no request can use', () => {
    expect(() => check({ AUTH_SERVICE_URL: 'http://user:pass@auth:3002' })).toThrow(ConfigError);
    expect(() => check({ AUTH_SERVICE_URL: 'http://auth:3002/?x=' })).toThrow(ConfigError);
    expect(check({ AUTH_JWKS_URL: 'https://auth.example.com/keys?v=2' })).toEqual([]);
  });

  it('starts without anything outside production', () => {
    expect(check({})).toEqual([]);
  });
});
