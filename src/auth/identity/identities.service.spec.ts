import { type AuthServer, meBody, startAuthServer } from '../../../test/support/auth-server.js';
import { AuthConfig } from '../../config/config.js';
import { parseEnv } from '../../config/env.schema.js';
import { AppCache } from '../../redis/cache.js';
import { tooManyFailures } from '../auth.errors.js';
import type { AcceptedClaims } from '../tokens/token-policy.js';
import { AuthMeClient } from './auth-me.client.js';
import { Revocations } from './revocations.service.js';
import { IdentitiesService } from './identities.service.js';

class MapCache extends AppCache {
  readonly entries = new Map<string, string>();
  readonly ttls: number[] = [];
  async get<T>(key: string): Promise<T | undefined> {
    const text = this.entries.get(key);
    return text === undefined ? undefined : (JSON.parse(text) as T);
  }
  async set(key: string, value: unknown, ttlMs: number): Promise<void> {
    this.ttls.push(ttlMs);
    this.entries.set(key, JSON.stringify(value));
  }
  async delete(key: string): Promise<void> {
    this.entries.delete(key);
  }
  async ping(): Promise<boolean> {
    return true;
  }
}

const TOKEN = 'some.access.token';
const USER = { id: 'u1', tenantId: 't1', role: 'user' };

function claims(more: Partial<AcceptedClaims> = {}): AcceptedClaims {
  const expiresAt = Date.now() + 3_600_000;
  return {
    source: 'secret',
    subject: 'u1',
    expiresAt,
    tenantId: 't9',
    role: 'super_admin',
    email: null,
    ...more,
  };
}

describe('IdentitiesService with auth-service-v2', () => {
  let server: AuthServer;
  let cache: MapCache;
  let identities: IdentitiesService;

  beforeEach(async () => {
    server = await startAuthServer();
    server.setUser(TOKEN, USER);
    cache = new MapCache();
    identities = another();
  });
  afterEach(() => server.close());

  function another(env: Record<string, string> = {}): IdentitiesService {
    const config = new AuthConfig(parseEnv({ AUTH_SERVICE_URL: `${server.url}/`, ...env }));
    return new IdentitiesService(config, new AuthMeClient(config), cache, new Revocations());
  }

  it('takes user, tenant and role from the service, not from the claims', async () => {
    const { principal } = await identities.identify(TOKEN, claims());
    expect(principal).toEqual({ tenantId: 't1', userId: 'u1', role: 'user', email: 'someone@example.com' });
  });

  it('asks once, for callers at the same time and for later ones', async () => {
    await Promise.all([identities.identify(TOKEN, claims()), identities.identify(TOKEN, claims())]);
    await identities.identify(TOKEN, claims());
    await another().identify(TOKEN, claims());
    expect(server.calls).toEqual([TOKEN]);
  });

  it('keeps the token out of the cache and the copy no longer than the token lives', async () => {
    await identities.identify(TOKEN, claims({ expiresAt: Date.now() - 25_000 }));
    expect(JSON.stringify([...cache.entries])).not.toContain(TOKEN);
    expect(cache.ttls[0]).toBeLessThanOrEqual(5000);
    await another()
      .identify('another.access.token', claims())
      .catch(() => undefined);
    expect(cache.entries.size).toBe(1);
  });

  it('keys copies by token: one of the same user with another token is asked for again', async () => {
    server.setUser('second.access.token', { ...USER, role: 'readonly' });
    await identities.identify(TOKEN, claims());
    const { principal } = await identities.identify('second.access.token', claims());
    expect(principal.role).toBe('readonly');
  });

  it('asks every time with AUTH_CACHE_TTL=0', async () => {
    const uncached = another({ AUTH_CACHE_TTL: '0' });
    await uncached.identify(TOKEN, claims());
    await uncached.identify(TOKEN, claims());
    expect(server.calls).toHaveLength(2);
  });

  it('asks again for a caller that wants newer news, and forgets the copy of a refused token', async () => {
    const { confirmedAt } = await identities.identify(TOKEN, claims());
    server.removeUser(TOKEN);
    await expect(identities.identify(TOKEN, claims(), { newerThan: confirmedAt })).rejects.toMatchObject({
      code: 'AUTH_INVALID_TOKEN',
    });
    await expect(identities.identify(TOKEN, claims())).rejects.toMatchObject({ code: 'AUTH_INVALID_TOKEN' });
  });

  it('does not believe the clock of another process', async () => {
    await identities.identify(TOKEN, claims());
    await another().identify(TOKEN, claims(), { newerThan: Number.NEGATIVE_INFINITY });
    expect(server.calls).toHaveLength(2);
  });

  it('does not ask where it must not', async () => {
    const refusal = tooManyFailures(30, 1);
    await expect(identities.identify(TOKEN, claims(), { refusal })).rejects.toBe(refusal);
    expect(server.calls).toEqual([]);
    await identities.identify(TOKEN, claims());
    await expect(identities.identify(TOKEN, claims(), { refusal })).resolves.toBeDefined();
  });

  it('takes statuses that tokens bring about for refusals, so that nobody opens the breaker by them', async () => {
    for (const status of [400, 413, 414, 422, 431]) {
      server.answerWith((_request, response) => void response.writeHead(status).end());
      await expect(identities.identify(`bad-${status}`, claims())).rejects.toMatchObject({
        code: 'AUTH_INVALID_TOKEN',
      });
    }
    server.answerWith(undefined);
    await expect(identities.identify(TOKEN, claims())).resolves.toBeDefined();
  });

  it('leaves demo identities to their own claims', async () => {
    const { principal } = await identities.identify(TOKEN, claims({ source: 'demo', role: 'readonly' }));
    expect(principal).toMatchObject({ tenantId: 't9', role: 'readonly' });
    expect(server.calls).toEqual([]);
  });

  it.each([
    ['another user', { id: 'u2' }, 'AUTH_INVALID_TOKEN'],
    ['a disabled user', { isActive: false }, 'AUTH_INVALID_TOKEN'],
    ['a service account', { role: 'agent' }, 'AUTH_ROLE_REFUSED'],
    ['an unknown role', { role: 'Super_Admin' }, 'AUTH_ROLE_REFUSED'],
    ['a suspended tenant', { tenantStatus: 'suspended' }, 'AUTH_TENANT_REFUSED'],
    ['a cancelled tenant', { tenantStatus: 'cancelled' }, 'AUTH_TENANT_REFUSED'],
    ['a status nobody knows', { tenantStatus: 'ACTIVE' }, 'AUTH_TENANT_REFUSED'],
  ])('refuses %s', async (_, change, code) => {
    server.setUser(TOKEN, { ...USER, ...change });
    await expect(identities.identify(TOKEN, claims())).rejects.toMatchObject({ code });
    expect(cache.entries.size).toBe(0);
  });

  it('lets a trial tenant in', async () => {
    server.setUser(TOKEN, { ...USER, tenantStatus: 'trial' });
    await expect(identities.identify(TOKEN, claims())).resolves.toBeDefined();
  });

  const body = meBody(USER);
  it.each([
    ['a page', 200, '<html>Sign in</html>', 'AUTH_UNAVAILABLE'],
    ['nothing', 200, '', 'AUTH_UNAVAILABLE'],
    ['null', 200, 'null', 'AUTH_UNAVAILABLE'],
    [
      'a user without id',
      200,
      JSON.stringify({ ...body, user: { ...body.user, id: 1 } }),
      'AUTH_UNAVAILABLE',
    ],
    [
      'is_active as text',
      200,
      JSON.stringify({ ...body, user: { ...body.user, is_active: 'false' } }),
      'AUTH_UNAVAILABLE',
    ],
    [
      'two tenants',
      200,
      JSON.stringify({ ...body, tenant: { ...body.tenant, id: 't2' } }),
      'AUTH_UNAVAILABLE',
    ],
    ['no tenant', 200, JSON.stringify({ ...body, tenant: null }), 'AUTH_INVALID_TOKEN'],
    ['a body over 64 KiB', 200, JSON.stringify({ ...body, more: 'x'.repeat(70_000) }), 'AUTH_UNAVAILABLE'],
    ['201', 201, JSON.stringify(body), 'AUTH_UNAVAILABLE'],
    ['500', 500, JSON.stringify(body), 'AUTH_UNAVAILABLE'],
    ['429', 429, JSON.stringify(body), 'AUTH_UNAVAILABLE'],
    ['403', 403, JSON.stringify(body), 'AUTH_INVALID_TOKEN'],
  ])('gives nobody a pass for %s', async (_, status, text, code) => {
    server.answerWith((_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(text);
    });
    await expect(identities.identify(TOKEN, claims())).rejects.toMatchObject({ code });
  });

  it('does not care for is_superuser and permissions', async () => {
    server.answerWith((_request, response) => {
      const user = { ...body.user, is_superuser: 'true' };
      response.end(
        JSON.stringify({ ...body, user, permissions: { role: 'super_admin', is_super_admin: true } }),
      );
    });
    const { principal } = await identities.identify(TOKEN, claims());
    expect(principal.role).toBe('user');
  });

  it('follows no redirect', async () => {
    server.answerWith((request, response) => {
      if (request.url === '/auth/me')
        response.writeHead(302, { location: `${server.url}/auth/me?again` }).end();
    });
    await expect(identities.identify(TOKEN, claims())).rejects.toMatchObject({ code: 'AUTH_UNAVAILABLE' });
    expect(server.calls).toHaveLength(1);
  });

  it('says when to come back while the service is down, spares it after five failures, and recovers', async () => {
    server.down();
    for (let index = 0; index < 6; index += 1) {
      await expect(identities.identify(TOKEN, claims())).rejects.toMatchObject({
        status: 503,
        code: 'AUTH_UNAVAILABLE',
        headers: { 'Retry-After': '5' },
      });
    }
    server.up();
    await expect(identities.identify(TOKEN, claims())).rejects.toMatchObject({ status: 503 });
    await new Promise((resolve) => setTimeout(resolve, 2100));
    await expect(identities.identify(TOKEN, claims())).resolves.toBeDefined();
    expect(server.calls).toHaveLength(1);
  });

  it('lets known identities go on while the service is down', async () => {
    await identities.identify(TOKEN, claims());
    server.down();
    await expect(identities.identify(TOKEN, claims())).resolves.toBeDefined();
  });

  it('ignores a copy that is not what it wrote', async () => {
    await identities.identify(TOKEN, claims());
    const [key] = cache.entries.keys();
    cache.entries.set(key!, JSON.stringify({ principal: { role: 'god' } }));
    const { principal } = await identities.identify(TOKEN, claims());
    expect(principal.role).toBe('user');
  });
});
