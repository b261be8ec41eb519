import type { AuditService } from '../audit/audit.service.js';
import { type Principal, type Role, ROLES } from '../auth/principal.js';
import { ChatConfig } from '../config/config.js';
import { parseEnv } from '../config/env.schema.js';
import type { Who } from '../database/scope.js';
import { HitWindows } from '../redis/hit-windows.js';
import { RateLimiter } from './rate-limiter.service.js';
import { type UsagePeriods, UsageQuery, UsageResponse, toUsageView } from './usage.contract.js';
import type { UsageRepository } from './usage.repository.js';
import { UsageService } from './usage.service.js';

const NOW = new Date('2026-11-22T15:00:00.000Z');
const totals = (since: string, questions: number) => ({
  since: new Date(since),
  questions,
  answers: questions - 1,
  inputTokens: 10,
  outputTokens: 20,
  users: 3,
  tenants: 2,
  byEngine: [{ engine: 'llm', answers: questions - 1, inputTokens: 10, outputTokens: 20 }],
});
const PERIODS: UsagePeriods = {
  asOf: NOW,
  today: totals('2026-11-22T00:00:00.000Z', 4),
  last30Days: totals('2026-10-23T15:00:00.000Z', 40),
};

function setUp(): { service: UsageService; asked: Who[]; limiter: RateLimiter; audited: unknown[] } {
  const config = new ChatConfig(parseEnv({ RATE_LIMIT_PER_MINUTE: '5', MAX_MESSAGE_LENGTH: '100' }));
  const asked: Who[] = [];
  const repository = {
    totalsOf: (who: Who) => {
      asked.push(who);
      return Promise.resolve(PERIODS);
    },
  };
  const limiter = new RateLimiter(new HitWindows(() => 0), config);
  const audited: unknown[] = [];
  const audit = {
    record: async (...entry: unknown[]) => void audited.push(entry),
  } as unknown as AuditService;
  const service = new UsageService(repository as UsageRepository, limiter, config, audit);
  return { service, asked, limiter, audited };
}

const who = (role: Role): Principal => ({ tenantId: 't', userId: 'u', role, email: null });

describe('UsageService', () => {
  it('reads own usage in the scope of the user', async () => {
    const { service, asked, limiter } = setUp();
    await limiter.take(who('user'));
    const usage = await service.own(who('user'));
    expect(asked).toEqual([{ scope: 'user', tenantId: 't', userId: 'u' }]);
    expect(usage.limits).toEqual({
      messagesPerMinute: 5,
      messagesRemaining: 4,
      messagesResetAt: new Date('2026-11-22T15:01:00.000Z'),
      maxMessageLength: 100,
    });
  });

  it.each([
    ['tenant', ['super_admin', 'tenant_admin'], { scope: 'tenant', tenantId: 't' }],
    ['platform', ['super_admin'], { scope: 'platform' }],
  ] as const)('opens the scope %s to %p only', async (scope, permitted, expected) => {
    for (const role of ROLES) {
      const { service, asked, audited } = setUp();
      if ((permitted as readonly Role[]).includes(role)) {
        await service.inScope(who(role), scope);
        expect(asked).toEqual([expected]);
        const entry = { action: 'usage.read', outcome: 'allowed', details: { scope } };
        expect(audited).toEqual([[who(role), entry]]);
      } else {
        await expect(service.inScope(who(role), scope)).rejects.toMatchObject({
          code: 'USAGE_SCOPE_REFUSED',
          status: 403,
        });
        expect(asked).toEqual([]);
      }
    }
  });

  it('shows counts of users and tenants only in the scopes that have several', async () => {
    const { service } = setUp();
    const own = toUsageView(await service.inScope(who('super_admin'), 'own'));
    const tenant = toUsageView(await service.inScope(who('super_admin'), 'tenant'));
    const platform = toUsageView(await service.inScope(who('super_admin'), 'platform'));
    for (const view of [own, tenant, platform]) expect(UsageResponse.parse(view)).toEqual(view);
    expect([own.today.users, own.today.tenants]).toEqual([undefined, undefined]);
    expect([tenant.today.users, tenant.today.tenants]).toEqual([3, undefined]);
    expect([platform.today.users, platform.today.tenants]).toEqual([3, 2]);
    expect(own.today_resets_at).toBe('2026-11-23T00:00:00.000Z');
  });

  it('takes the scope from a closed list and knows no tenant parameter', () => {
    expect(UsageQuery.parse({})).toEqual({ scope: 'own' });
    expect(UsageQuery.safeParse({ scope: 'system' }).success).toBe(false);
    expect(UsageQuery.safeParse({ scope: ['tenant'] }).success).toBe(false);
    expect(UsageQuery.safeParse({ tenant_id: 't2' }).success).toBe(false);
  });
});
