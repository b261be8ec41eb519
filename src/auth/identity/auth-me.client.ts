import { Injectable } from '@nestjs/common';
import { BrokenCircuitError, circuitBreaker, ConsecutiveBreaker, handleAll } from 'cockatiel';
import { AuthConfig } from '../../config/config.js';
import { authUnavailable, invalidToken } from '../auth.errors.js';
import { AuthMe } from './auth-me.contract.js';
import { boundedGet } from './bounded-fetch.js';

const FAILURES_TO_OPEN = 5;
/** Statuses that say something of the token, also where a proxy gives them; callers must not open the breaker by them. */
const REFUSED: ReadonlySet<number> = new Set([400, 401, 403, 413, 414, 422, 431]);
const HALF_OPEN_AFTER_MS = 2000;

/** `GET /auth/me` of auth-service-v2. A breaker spares callers the wait while the service is down. */
@Injectable()
export class AuthMeClient {
  private readonly url: string;
  private readonly breaker = circuitBreaker(handleAll, {
    halfOpenAfter: HALF_OPEN_AFTER_MS,
    breaker: new ConsecutiveBreaker(FAILURES_TO_OPEN),
  });

  constructor(config: AuthConfig) {
    this.url = `${config.serviceUrl}/auth/me`;
  }

  /**
   * In: a token of safe characters. Out: what the service says of it.
   * Throws `AUTH_INVALID_TOKEN` where the service refuses it, `AUTH_UNAVAILABLE` for anything that is no clear answer.
   */
  async ask(token: string): Promise<AuthMe> {
    try {
      const answer = await this.breaker.execute(() => this.read(token));
      if (answer) return answer;
    } catch (error) {
      throw authUnavailable(error instanceof BrokenCircuitError ? undefined : error);
    }
    throw invalidToken();
  }

  private async read(token: string): Promise<AuthMe | undefined> {
    const { status, text } = await boundedGet(this.url, { authorization: `Bearer ${token}` });
    if (REFUSED.has(status)) return undefined;
    if (status !== 200) throw new Error(`auth-service-v2 answered with status ${status}`);
    return AuthMe.parse(JSON.parse(text));
  }
}
