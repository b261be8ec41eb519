import { type ExecutionContext, Injectable } from '@nestjs/common';
import {
  normalizeIp,
  ThrottlerGuard,
  type ThrottlerLimitDetail,
  type ThrottlerModuleOptions,
} from '@nestjs/throttler';
import type { AuthenticatedPrincipal } from '../auth/principal.js';
import { compositeKey } from '../common/ids.js';
import type { ChatConfig } from '../config/config.js';
import type { Windows } from '../redis/windows.js';
import { rateLimited } from './rate-limiter.service.js';

const MINUTE = 60_000;
const REQUESTS_A_MESSAGE = 20;
const AT_LEAST = 600;

/** In: the limit on messages. Out: HTTP requests of any kind that one user (or address) may make in a minute. */
export function requestsPerMinute(messagesPerMinute: number): number {
  return Math.max(AT_LEAST, messagesPerMinute * REQUESTS_A_MESSAGE);
}

/** Options of the throttler module: one limit on HTTP requests, kept in the same store as the limit on messages. */
export function throttlerOptions(config: ChatConfig, storage: Windows): ThrottlerModuleOptions {
  return { storage, throttlers: [{ ttl: MINUTE, limit: requestsPerMinute(config.ratePerMinute) }] };
}

interface Caller {
  readonly principal?: AuthenticatedPrincipal;
  readonly ip?: string;
}

/**
 * Limits HTTP requests by user, or by address (IPv6: by /64) where no token is needed.
 * Runs after authentication; sockets have limits of their own.
 */
@Injectable()
export class HttpThrottlerGuard extends ThrottlerGuard {
  protected override headerPrefix = 'RateLimit';

  protected override shouldSkip(context: ExecutionContext): Promise<boolean> {
    return Promise.resolve(context.getType() !== 'http');
  }

  protected override getTracker(request: Caller): Promise<string> {
    const { principal, ip } = request;
    return Promise.resolve(
      principal
        ? compositeKey('user', principal.tenantId, principal.userId)
        : compositeKey('address', ip ? normalizeIp(ip) : 'unknown'),
    );
  }

  protected override generateKey(_context: ExecutionContext, tracker: string): string {
    return `http/${tracker}`;
  }

  protected override throwThrottlingException(
    _context: ExecutionContext,
    detail: ThrottlerLimitDetail,
  ): Promise<void> {
    const wait = detail.timeToBlockExpire;
    return Promise.reject(
      rateLimited(
        `More than ${detail.limit} requests within a minute. Try again in ${wait} s.`,
        detail.limit,
        wait,
      ),
    );
  }
}
