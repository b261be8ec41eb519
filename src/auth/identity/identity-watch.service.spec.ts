import { AppError } from '../../common/errors/app-error.js';
import { AuthConfig } from '../../config/config.js';
import { parseEnv } from '../../config/env.schema.js';
import { authUnavailable, invalidToken, tenantRefused } from '../auth.errors.js';
import type { AuthenticatedPrincipal, Principal } from '../principal.js';
import type { Identity } from './identities.service.js';
import { IdentityWatchService } from './identity-watch.service.js';
import { Revocations } from './revocations.service.js';

const USER: Principal = { tenantId: 't1', userId: 'u1', role: 'tenant_admin', email: null };

describe('IdentityWatchService', () => {
  let answer: Principal | AppError;
  let asked: number;
  let heard: string[];
  let watches: IdentityWatchService;
  let revocations: Revocations;
  let revoked: number;

  beforeEach(() => {
    jest.useFakeTimers();
    answer = USER;
    asked = 0;
    heard = [];
    revoked = 0;
    revocations = new Revocations();
    revocations.onRevoked(() => (revoked += 1));
    watches = new IdentityWatchService(fakeIdentities(true) as never, revocations, config());
  });
  afterEach(() => {
    watches.onApplicationShutdown();
    jest.useRealTimers();
  });

  function config(): AuthConfig {
    return new AuthConfig(parseEnv({ AUTH_SERVICE_URL: 'http://127.0.0.1:1', AUTH_CACHE_TTL: '60' }));
  }

  function fakeIdentities(remote: boolean) {
    return {
      isRemote: () => remote,
      identify: async (): Promise<Identity> => {
        asked += 1;
        if (answer instanceof AppError) throw answer;
        return { principal: answer, confirmedAt: performance.now(), confirmedBy: 'me' };
      },
    };
  }

  function watch(lifeSeconds = 3600): () => void {
    const principal: AuthenticatedPrincipal = { ...USER, tokenExpiresAt: Date.now() + lifeSeconds * 1000 };
    return watches.watch('token', 'secret', principal, {
      onExpired: () => heard.push('expired'),
      onRefused: (error) => heard.push(error.code),
      onChanged: (changed) =>
        heard.push(`${changed.role} until ${changed.tokenExpiresAt === principal.tokenExpiresAt}`),
    });
  }

  it('says that a token expired, with the leeway of 30 s', async () => {
    watch(100);
    await jest.advanceTimersByTimeAsync(129_900);
    expect(heard).toEqual([]);
    await jest.advanceTimersByTimeAsync(200);
    expect(heard).toEqual(['expired']);
    await jest.advanceTimersByTimeAsync(600_000);
    expect(heard).toEqual(['expired']);
  });

  it('waits for a token that lives longer than a timer can', async () => {
    watches = new IdentityWatchService(fakeIdentities(false) as never, revocations, config());
    watch(60 * 24 * 3600);
    await jest.advanceTimersByTimeAsync(3_600_000);
    expect(heard).toEqual([]);
    expect(asked).toBe(0);
  });

  it('tells of a lowered role within 60 s, once', async () => {
    watch();
    await jest.advanceTimersByTimeAsync(10);
    answer = { ...USER, role: 'readonly' };
    await jest.advanceTimersByTimeAsync(60_000);
    expect(heard).toEqual(['readonly until true']);
    await jest.advanceTimersByTimeAsync(120_000);
    expect(heard).toHaveLength(1);
  });

  it.each([
    ['a disabled user', invalidToken(), 'AUTH_INVALID_TOKEN'],
    ['a suspended tenant', tenantRefused(), 'AUTH_TENANT_REFUSED'],
  ])('tells of %s within 60 s and stops', async (_, refusal, code) => {
    watch();
    await jest.advanceTimersByTimeAsync(10);
    answer = refusal;
    await jest.advanceTimersByTimeAsync(60_000);
    const before = asked;
    await jest.advanceTimersByTimeAsync(300_000);
    expect(heard).toEqual([code]);
    expect(revoked).toBe(1);
    expect(asked).toBe(before);
  });

  it('asks at once where somebody learned of a change, and only for that user', async () => {
    watch();
    await jest.advanceTimersByTimeAsync(10);
    answer = { ...USER, role: 'user' };
    watches.recheck({ tenantId: 't1', userId: 'somebody else' });
    await jest.advanceTimersByTimeAsync(10);
    expect([asked, heard]).toEqual([1, []]);
    watches.recheck(USER);
    await jest.advanceTimersByTimeAsync(10);
    expect([asked, heard]).toEqual([2, ['user until true']]);
  });

  it('refuses an identity that moved to another tenant', async () => {
    watch();
    await jest.advanceTimersByTimeAsync(10);
    answer = { ...USER, tenantId: 't2' };
    await jest.advanceTimersByTimeAsync(60_000);
    expect(heard).toEqual(['AUTH_INVALID_TOKEN']);
  });

  it('rides out a short outage', async () => {
    watch();
    await jest.advanceTimersByTimeAsync(10);
    answer = authUnavailable();
    await jest.advanceTimersByTimeAsync(50_000);
    answer = USER;
    await jest.advanceTimersByTimeAsync(600_000);
    expect(heard).toEqual([]);
  });

  it('lets a known identity go on for 60 s of an outage, not longer', async () => {
    watch();
    await jest.advanceTimersByTimeAsync(10);
    answer = authUnavailable();
    await jest.advanceTimersByTimeAsync(55_000);
    expect(heard).toEqual([]);
    await jest.advanceTimersByTimeAsync(5000);
    expect(heard).toEqual(['AUTH_UNAVAILABLE']);
    expect(revoked).toBe(0);
  });

  it('hears nothing after its end', async () => {
    const stop = watch(10);
    stop();
    answer = invalidToken();
    await jest.advanceTimersByTimeAsync(600_000);
    expect(heard).toEqual([]);
    expect(jest.getTimerCount()).toBe(0);
  });
});
