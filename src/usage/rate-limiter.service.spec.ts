import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Principal } from '../auth/principal.js';
import { AppError } from '../common/errors/app-error.js';
import { ChatConfig } from '../config/config.js';
import { parseEnv } from '../config/env.schema.js';
import { HitWindows } from '../redis/hit-windows.js';
import { HttpThrottlerGuard, requestsPerMinute, throttlerOptions } from './http-throttler.guard.js';
import { RateLimiter } from './rate-limiter.service.js';

const config = (limit: number) => new ChatConfig(parseEnv({ RATE_LIMIT_PER_MINUTE: String(limit) }));
const who = (tenantId: string, userId: string): Principal => ({
  tenantId,
  userId,
  role: 'user',
  email: null,
});

async function refusal(work: Promise<unknown>): Promise<AppError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('RateLimiter', () => {
  it('refuses what goes beyond the limit, with the headers that say when to come back', async () => {
    const limiter = new RateLimiter(new HitWindows(() => 0), config(3));
    for (const remaining of [2, 1, 0]) {
      expect(await limiter.take(who('t', 'u'))).toMatchObject({ limit: 3, remaining });
    }
    const error = await refusal(limiter.take(who('t', 'u')));
    expect(error).toMatchObject({ code: 'RATE_LIMITED', status: 429 });
    expect(error.headers).toEqual({
      'Retry-After': '60',
      'RateLimit-Limit': '3',
      'RateLimit-Remaining': '0',
      'RateLimit-Reset': '60',
    });
    expect(error.detail).toContain('60 s');
  });

  it('gives a repeated message back, once', async () => {
    const limiter = new RateLimiter(new HitWindows(), config(2));
    await limiter.take(who('t', 'u'));
    const grant = await limiter.take(who('t', 'u'));
    grant.giveBack();
    grant.giveBack();
    expect((await limiter.stateOf(who('t', 'u'))).remaining).toBe(1);
  });

  it('keeps users apart whose ids join to the same text', async () => {
    const limiter = new RateLimiter(new HitWindows(), config(1));
    await limiter.take(who('a/b', 'c'));
    await limiter.take(who('a', 'b/c'));
    await limiter.take(who('a', 'b%2Fc'));
    await limiter.take(who('a:b', 'c'));
    expect((await limiter.stateOf(who('a/b', 'c'))).remaining).toBe(0);
    expect((await limiter.stateOf(who('a', 'b'))).remaining).toBe(1);
  });

  it('tells when the limit is free again', async () => {
    let now = 0;
    const limiter = new RateLimiter(new HitWindows(() => now), config(5));
    await limiter.take(who('t', 'u'));
    now = 20_000;
    await limiter.take(who('t', 'u'));
    expect(await limiter.stateOf(who('t', 'u'))).toEqual({
      limit: 5,
      remaining: 3,
      nextIn: 40_000,
      fullIn: 60_000,
    });
  });
});

interface FakeRequest {
  principal?: Principal;
  ip?: string;
}

function contextOf(request: FakeRequest, headers: Record<string, unknown>, type = 'http'): ExecutionContext {
  return {
    getType: () => type,
    getHandler: () => contextOf,
    getClass: () => HitWindows,
    switchToHttp: () => ({
      getRequest: () => ({ headers: {}, ...request }),
      getResponse: () => ({ header: (name: string, value: unknown) => (headers[name] = value) }),
    }),
  } as unknown as ExecutionContext;
}

describe('HttpThrottlerGuard', () => {
  const guardWith = async (limit: number): Promise<HttpThrottlerGuard> => {
    const storage = new HitWindows(() => 0);
    const guard = new HttpThrottlerGuard(
      { storage, throttlers: [{ ttl: 60_000, limit }] },
      storage,
      new Reflector(),
    );
    await guard.onModuleInit();
    return guard;
  };

  it('allows 20 requests a message, and 600 at least', () => {
    expect([requestsPerMinute(1), requestsPerMinute(60)]).toEqual([600, 1200]);
    expect(throttlerOptions(config(60), new HitWindows())).toMatchObject({
      throttlers: [{ ttl: 60_000, limit: 1200 }],
    });
  });

  it('counts a user over all addresses and tells what is left', async () => {
    const guard = await guardWith(2);
    const headers: Record<string, unknown> = {};
    for (const ip of ['192.0.2.1', '192.0.2.2']) {
      await guard.canActivate(contextOf({ principal: who('t', 'u'), ip }, headers));
    }
    expect(headers).toMatchObject({ 'RateLimit-Limit': 2, 'RateLimit-Remaining': 0, 'RateLimit-Reset': 60 });
    const again = guard.canActivate(contextOf({ principal: who('t', 'u'), ip: '192.0.2.3' }, headers));
    expect((await refusal(again)).headers).toMatchObject({ 'Retry-After': '60', 'RateLimit-Remaining': '0' });
    const other = contextOf({ principal: who('t', 'v'), ip: '192.0.2.1' }, headers);
    expect(await guard.canActivate(other)).toBe(true);
  });

  it('counts strangers by address, IPv6 by its network', async () => {
    const guard = await guardWith(1);
    await guard.canActivate(contextOf({ ip: '2001:db8:1:2::1' }, {}));
    const neighbour = guard.canActivate(contextOf({ ip: '2001:db8:1:2:ffff::9' }, {}));
    expect((await refusal(neighbour)).status).toBe(429);
    expect(await guard.canActivate(contextOf({ ip: '2001:db8:1:3::1' }, {}))).toBe(true);
  });

  it('leaves sockets alone', async () => {
    const guard = await guardWith(0);
    expect(await guard.canActivate(contextOf({ ip: '192.0.2.1' }, {}, 'ws'))).toBe(true);
  });
});
