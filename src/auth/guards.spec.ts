import { Refusals } from '../audit/refusals.service.js';
import { Metrics } from '../monitoring/metrics/metrics.js';
import { Reflector } from '@nestjs/core';
import { JwtService } from '@nestjs/jwt';
import { signToken, TEST_SECRET } from '../../test/support/tokens.js';
import { AuthConfig } from '../config/config.js';
import { parseEnv } from '../config/env.schema.js';
import { Public, Roles } from './auth.decorators.js';
import { AuthService } from './auth.service.js';
import { AuthMeClient } from './identity/auth-me.client.js';
import { IdentitiesService } from './identity/identities.service.js';
import { Revocations } from './identity/revocations.service.js';
import { IdentityWatchService } from './identity/identity-watch.service.js';
import { JwtAuthGuard } from './jwt-auth.guard.js';
import { JwtStrategy } from './jwt.strategy.js';
import { FAILURES_A_MINUTE, ProbeLimiter } from './probe-limiter.js';
import { ROLES } from './principal.js';
import { RolesGuard } from './roles.guard.js';
import { JwksKeys } from './tokens/jwks-keys.js';
import { TokenVerifier } from './tokens/token-verifier.js';

class Handlers {
  @Public()
  open(): void {}
  closed(): void {}
  @Roles('super_admin', 'tenant_admin')
  admins(): void {}
}

function guardFor(secret: string): JwtAuthGuard {
  const config = new AuthConfig(parseEnv({ JWT_SECRET: secret }));
  const revocations = new Revocations();
  const verifier = new TokenVerifier(
    config,
    new JwtService({}),
    { value: 'unused' } as never,
    new JwksKeys(config),
  );
  const identities = new IdentitiesService(config, new AuthMeClient(config), undefined as never, revocations);
  const probes = new ProbeLimiter(new Metrics());
  const refusals = new Refusals({ record: async () => undefined } as never);
  const watches = new IdentityWatchService(identities, revocations, config);
  const auth = new AuthService(verifier, identities, probes, watches, refusals, revocations);
  return new JwtAuthGuard(new Reflector(), probes, new JwtStrategy(verifier, auth));
}

function requestWith(token?: string) {
  const value = token === undefined ? [] : ['Authorization', `Bearer ${token}`];
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return { url: '/chat/x', headers, rawHeaders: value, ip: '192.0.2.1', principal: undefined as unknown };
}

function contextOf(method: keyof Handlers, request: object, type: 'http' | 'ws' = 'http') {
  return {
    getType: () => type,
    getHandler: () => Handlers.prototype[method],
    getClass: () => Handlers,
    switchToHttp: () => ({ getRequest: () => request, getResponse: () => ({}) }),
    switchToWs: () => ({ getClient: () => request }),
  } as never;
}

describe('JwtAuthGuard', () => {
  const guard = guardFor(TEST_SECRET);

  it('puts the principal on the request', async () => {
    const request = requestWith(signToken({ sub: 'u1', tenant_id: 't1', role: 'readonly' }));
    await expect(guard.canActivate(contextOf('closed', request))).resolves.toBe(true);
    expect(request.principal).toMatchObject({ userId: 'u1', tenantId: 't1', role: 'readonly' });
  });

  it('lets everybody call what is public', async () => {
    expect(await guard.canActivate(contextOf('open', requestWith()))).toBe(true);
  });

  it.each([
    ['no token', requestWith(), 'AUTH_REQUIRED'],
    ['a foreign signature', requestWith(signToken({}, { secret: 'other' })), 'AUTH_INVALID_TOKEN'],
    ['HS512', requestWith(signToken({}, { header: { alg: 'HS512' } })), 'AUTH_INVALID_TOKEN'],
    ['an expired token', requestWith(signToken({}, { expiresIn: -60 })), 'AUTH_TOKEN_EXPIRED'],
    ['no exp', requestWith(signToken({ exp: undefined })), 'AUTH_INVALID_TOKEN'],
    ['a wrong aud', requestWith(signToken({ aud: 'fastapi-users:reset' })), 'AUTH_INVALID_TOKEN'],
    ['agent', requestWith(signToken({ role: 'agent' })), 'AUTH_ROLE_REFUSED'],
    ['no tenant', requestWith(signToken({ tenant_id: undefined })), 'AUTH_INVALID_TOKEN'],
    ['nonsense', requestWith('null'), 'AUTH_INVALID_TOKEN'],
  ])('refuses %s', async (_, request, code) => {
    await expect(guard.canActivate(contextOf('closed', request))).rejects.toMatchObject({ code });
    expect(request.principal).toBeUndefined();
  });

  it('gives each of many requests at the same time its own principal', async () => {
    const requests = Array.from({ length: 20 }, (_, index) => requestWith(signToken({ sub: `u${index}` })));
    await Promise.all(requests.map(async (request) => guard.canActivate(contextOf('closed', request))));
    expect(requests.map(({ principal }) => (principal as { userId: string }).userId)).toEqual(
      requests.map((_, index) => `u${index}`),
    );
  });

  it('serves two applications in one process, each by its own secret', async () => {
    const other = guardFor('another-secret-of-another-application-000');
    const request = requestWith(signToken());
    await expect(other.canActivate(contextOf('closed', request))).rejects.toMatchObject({ status: 401 });
    await expect(guard.canActivate(contextOf('closed', request))).resolves.toBe(true);
  });

  it('throttles refusals by address, and lets a good token pass all the same', async () => {
    const own = guardFor(TEST_SECRET);
    for (let index = 0; index < FAILURES_A_MINUTE; index += 1) {
      const bad = requestWith(signToken({}, { secret: 'x' }));
      await expect(own.canActivate(contextOf('closed', bad))).rejects.toMatchObject({ status: 401 });
    }
    const bad = requestWith(signToken({}, { secret: 'x' }));
    await expect(own.canActivate(contextOf('closed', bad))).rejects.toMatchObject({ status: 429 });
    await expect(own.canActivate(contextOf('closed', requestWith(signToken())))).resolves.toBe(true);
  });

  it('wants a socket to have been authenticated at its handshake', async () => {
    expect(() => guard.canActivate(contextOf('closed', { data: {} }, 'ws'))).toThrow(
      expect.objectContaining({ code: 'AUTH_REQUIRED' }),
    );
    expect(guard.canActivate(contextOf('closed', { data: { principal: { role: 'user' } } }, 'ws'))).toBe(
      true,
    );
  });
});

describe('RolesGuard', () => {
  const guard = new RolesGuard(new Reflector());

  it.each(ROLES)('opens what is restricted to administrators by role: %s', (role) => {
    const http = contextOf('admins', { principal: { role } });
    const socket = contextOf('admins', { data: { principal: { role } } }, 'ws');
    for (const context of [http, socket]) {
      if (role === 'super_admin' || role === 'tenant_admin') expect(guard.canActivate(context)).toBe(true);
      else
        expect(() => guard.canActivate(context)).toThrow(expect.objectContaining({ code: 'AUTH_FORBIDDEN' }));
    }
  });

  it('leaves the rest open, and the restricted closed to nobody in particular', () => {
    expect(guard.canActivate(contextOf('closed', {}))).toBe(true);
    expect(() => guard.canActivate(contextOf('admins', {}))).toThrow(
      expect.objectContaining({ status: 403 }),
    );
  });
});
