import { Injectable } from '@nestjs/common';
import type { Principal } from '../auth/principal.js';
import { AppError } from '../common/errors/app-error.js';
import { CommonErrors } from '../common/errors/common.errors.js';
import { compositeKey } from '../common/ids.js';
import { ChatConfig } from '../config/config.js';
import { Windows } from '../redis/windows.js';

const MINUTE = 60_000;

/** A send that was let through. */
export interface RateGrant {
  readonly limit: number;
  readonly remaining: number;
  /** Takes the send back: it turned out to be a repetition, or nothing was stored. Once; later calls do nothing. */
  giveBack(): void;
}

export interface RateState {
  readonly limit: number;
  readonly remaining: number;
  /** Milliseconds until one more may be sent than now; 0 where nothing was used. */
  readonly nextIn: number;
  /** Milliseconds until the whole limit is free again. */
  readonly fullIn: number;
}

/** The limit on sending messages, one for a user over all transports. */
@Injectable()
export class RateLimiter {
  constructor(
    private readonly windows: Windows,
    private readonly config: ChatConfig,
  ) {}

  /**
   * Counts one new message of a user. Throws `RATE_LIMITED` with `Retry-After` and `RateLimit-*` (seconds)
   * when RATE_LIMIT_PER_MINUTE messages were sent within the last minute; a refused one is not counted.
   */
  async take(principal: Principal): Promise<RateGrant> {
    const limit = this.config.ratePerMinute;
    const key = sendKey(principal);
    const hit = await this.windows.increment(key, MINUTE, limit);
    if (hit.isBlocked) {
      throw rateLimited(
        `You have sent ${limit} messages within a minute, which is the limit. Try again in ${hit.timeToBlockExpire} s.`,
        limit,
        hit.timeToBlockExpire,
      );
    }
    let held = true;
    return {
      limit,
      remaining: Math.max(0, limit - hit.totalHits),
      giveBack: () => {
        if (held) this.windows.giveBack(key);
        held = false;
      },
    };
  }

  /** What is left of a user's limit, without using any of it. */
  async stateOf(principal: Principal): Promise<RateState> {
    const limit = this.config.ratePerMinute;
    const window = await this.windows.peek(sendKey(principal));
    return {
      limit,
      remaining: Math.max(0, limit - window.hits),
      nextIn: window.oldestLeavesIn,
      fullIn: window.emptyIn,
    };
  }
}

function sendKey(principal: Principal): string {
  return compositeKey('send', principal.tenantId, principal.userId);
}

/** In: a sentence for a person, the limit, and the seconds to wait. Out: the error of every rate limit. */
export function rateLimited(detail: string, limit: number, waitSeconds: number): AppError {
  return new AppError(CommonErrors.RATE_LIMITED, detail, {
    retryAfter: waitSeconds,
    headers: {
      'RateLimit-Limit': String(limit),
      'RateLimit-Remaining': '0',
      'RateLimit-Reset': String(waitSeconds),
    },
  });
}
