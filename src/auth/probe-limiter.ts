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
const ASKED_A_SECOND = 5;
const WINDOW_MS = 60_000;
const SECOND_MS = 1_000;
const REMEMBERED = 20_000;
const UNFORESEEN = 'INTERNAL';

interface Window {
  count: number;
  /** Of the second that is named: tokens passed on past the limit. */
  second: number;
  asked: number;
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

  /**
   * For a token that only auth-service-v2 can judge. Out: undefined where it may be asked; past the limit of the address
   * that is so five times a second, so that neighbours of an attacker get in, slowly; else the error to answer with.
   */
  refusalOf(address: string | undefined): AppError | undefined {
    const window = address === undefined ? undefined : this.current(addressKey(address));
    if (!window || window.count < FAILURES_A_MINUTE) return undefined;
    const second = Math.floor(performance.now() / SECOND_MS);
    if (window.second !== second) Object.assign(window, { second, asked: 0 });
    window.asked += 1;
    return window.asked > ASKED_A_SECOND ? tooManyFailures(FAILURES_A_MINUTE, 1) : undefined;
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
    const window = this.current(key) ?? {
      ...{ count: 0, second: 0, asked: 0 },
      endsAt: performance.now() + WINDOW_MS,
    };
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
