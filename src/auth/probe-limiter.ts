import { Injectable } from '@nestjs/common';
import { normalizeIp } from '@nestjs/throttler';
import { AppError } from '../common/errors/app-error.js';
import { compositeKey } from '../common/ids.js';
import { Metrics } from '../monitoring/metrics/metrics.js';
import { BoundedMap } from '../redis/bounded-map.js';
import { AuthErrors, tooManyFailures } from './auth.errors.js';
import { PrincipalId } from './principal.js';
import { decodePayload, MAX_TOKEN_LENGTH } from './tokens/token-policy.js';

export const FAILURES_A_MINUTE = 30;
const WINDOW_MS = 60_000;
const REMEMBERED = 20_000;
const UNFORESEEN = 'INTERNAL';

interface Window {
  count: number;
  readonly endsAt: number;
}

/**
 * Counts refused tokens by address (IPv6: by /64) and by the subject that they claim, and every refusal by its code.
 * Past the limit refusals turn into 429; a good token passes all the same, so nobody locks out his neighbours.
 */
@Injectable()
export class ProbeLimiter {
  private readonly windows = new BoundedMap<string, Window>(REMEMBERED);

  constructor(private readonly metrics: Metrics) {}

  /** True where this address had its share of refusals: unproven tokens of it are not passed on to anybody. */
  exceeded(address: string | undefined): boolean {
    return address !== undefined && (this.current(addressKey(address))?.count ?? 0) >= FAILURES_A_MINUTE;
  }

  /**
   * In: where the token came from, the token, and what happened.
   * Out: the error to answer with: the same one, or 429 once there were too many refusals.
   */
  failed(address: string | undefined, token: unknown, error: unknown): unknown {
    const answer = this.answerTo(address, token, error);
    this.metrics.authFailures.inc({ code: answer instanceof AppError ? answer.code : UNFORESEEN });
    return answer;
  }

  private answerTo(address: string | undefined, token: unknown, error: unknown): unknown {
    if (!(error instanceof AppError) || error.code !== AuthErrors.AUTH_INVALID_TOKEN.code) return error;
    const keys = [address === undefined ? undefined : addressKey(address), subjectKey(token)];
    const windows = keys.filter((key) => key !== undefined).map((key) => this.count(key));
    const full = windows.filter((window) => window.count > FAILURES_A_MINUTE);
    if (full.length === 0) return error;
    const wait = Math.max(...full.map((window) => window.endsAt)) - performance.now();
    return tooManyFailures(FAILURES_A_MINUTE, Math.max(1, Math.ceil(wait / 1000)));
  }

  private count(key: string): Window {
    const window = this.current(key) ?? { count: 0, endsAt: performance.now() + WINDOW_MS };
    window.count += 1;
    this.windows.set(key, window);
    return window;
  }

  private current(key: string): Window | undefined {
    const window = this.windows.get(key);
    return window && window.endsAt > performance.now() ? window : undefined;
  }
}

function addressKey(address: string): string {
  return compositeKey('address', normalizeIp(address));
}

function subjectKey(token: unknown): string | undefined {
  if (typeof token !== 'string' || token.length > MAX_TOKEN_LENGTH) return undefined;
  const payload = decodePayload(token) ?? {};
  const subject: unknown = Reflect.get(payload, 'sub');
  return typeof subject === 'string' && PrincipalId.safeParse(subject).success
    ? compositeKey('subject', subject)
    : undefined;
}
