import { Metrics } from '../monitoring/metrics/metrics.js';
import { signToken } from '../../test/support/tokens.js';
import { authRequired, invalidToken, tokenExpired } from './auth.errors.js';
import { FAILURES_A_MINUTE, ProbeLimiter } from './probe-limiter.js';

describe('ProbeLimiter', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  function fail(limiter: ProbeLimiter, times: number, address: string, token?: string): unknown {
    let last: unknown;
    for (let index = 0; index < times; index += 1) last = limiter.failed(address, token, invalidToken());
    return last;
  }

  /** How many of 20 tokens of one moment are passed on to who judges them. */
  function passed(limiter: ProbeLimiter, address: string): number {
    return Array.from({ length: 20 }, () => limiter.refusalOf(address)).filter((refusal) => !refusal).length;
  }

  it('passes five tokens a second on past the limit, and answers 429 to the others', () => {
    const limiter = new ProbeLimiter(new Metrics());
    fail(limiter, FAILURES_A_MINUTE, '192.0.2.1');
    expect(passed(limiter, '192.0.2.1')).toBe(5);
    expect(limiter.refusalOf('192.0.2.1')).toMatchObject({
      code: 'AUTH_TOO_MANY_FAILURES',
      headers: { 'Retry-After': '1' },
    });
    jest.advanceTimersByTime(1_000);
    expect(passed(limiter, '192.0.2.1')).toBe(5);
  });

  it('answers 429 past the limit, with the time to wait, and forgets after a minute', () => {
    const limiter = new ProbeLimiter(new Metrics());
    expect(fail(limiter, FAILURES_A_MINUTE, '192.0.2.1')).toMatchObject({ status: 401 });
    expect(passed(limiter, '192.0.2.1')).toBe(5);
    expect(fail(limiter, 1, '192.0.2.1')).toMatchObject({
      code: 'AUTH_TOO_MANY_FAILURES',
      headers: { 'Retry-After': '60', 'RateLimit-Limit': '30', 'RateLimit-Remaining': '0' },
    });
    jest.advanceTimersByTime(60_001);
    expect(passed(limiter, '192.0.2.1')).toBe(20);
    expect(fail(limiter, 1, '192.0.2.1')).toMatchObject({ status: 401 });
  });

  it('counts an IPv6 /64 as one address, and others apart', () => {
    const limiter = new ProbeLimiter(new Metrics());
    for (let index = 0; index <= FAILURES_A_MINUTE; index += 1)
      fail(limiter, 1, `2001:db8:1:2::${index.toString(16)}`);
    expect(passed(limiter, '2001:db8:1:2:ffff::9')).toBe(5);
    expect(passed(limiter, '2001:db8:1:3::1')).toBe(20);
    expect(passed(limiter, '192.0.2.1')).toBe(20);
  });

  it('counts by the claimed subject across addresses', () => {
    const limiter = new ProbeLimiter(new Metrics());
    const token = signToken({ sub: 'victim' });
    for (let index = 0; index < FAILURES_A_MINUTE; index += 1) fail(limiter, 1, `192.0.2.${index}`, token);
    expect(fail(limiter, 1, '198.51.100.1', signToken({ sub: 'victim' }))).toMatchObject({ status: 429 });
    expect(fail(limiter, 1, '198.51.100.2', signToken({ sub: 'other' }))).toMatchObject({ status: 401 });
  });

  it('does not count missing or expired tokens', () => {
    const limiter = new ProbeLimiter(new Metrics());
    for (let index = 0; index < 100; index += 1) {
      limiter.failed('192.0.2.1', undefined, authRequired());
      limiter.failed('192.0.2.1', undefined, tokenExpired());
    }
    expect(passed(limiter, '192.0.2.1')).toBe(20);
  });
});
