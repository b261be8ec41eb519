import { Injectable } from '@nestjs/common';
import type { Principal } from '../auth/principal.js';
import { compositeKey } from '../common/ids.js';
import { ChatConfig } from '../config/config.js';
import { HitWindows } from '../redis/hit-windows.js';
import { requestsPerMinute } from './http-throttler.guard.js';
import { rateLimited } from './rate-limiter.service.js';

const MINUTE = 60_000;

/** Limits what a user sends over sockets on this process, of any kind, as HTTP requests are limited. */
@Injectable()
export class EventLimiter {
  private readonly taken = new HitWindows();
  private readonly refused = new HitWindows();
  private readonly limit: number;

  constructor(config: ChatConfig) {
    this.limit = requestsPerMinute(config.ratePerMinute);
  }

  /**
   * Counts one event or frame. Throws RATE_LIMITED past the limit. In: `close`, called where as many again were refused
   * within the minute, so that whoever does not listen is not listened to.
   */
  async take({ tenantId, userId }: Principal, close: () => void): Promise<void> {
    const key = compositeKey(tenantId, userId);
    const hit = await this.taken.increment(key, MINUTE, this.limit);
    if (!hit.isBlocked) return;
    if ((await this.refused.increment(key, MINUTE, this.limit)).isBlocked) close();
    throw rateLimited(
      `More than ${this.limit} events within a minute. Try again in ${hit.timeToBlockExpire} s.`,
      this.limit,
      hit.timeToBlockExpire,
    );
  }
}
