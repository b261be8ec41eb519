import { Injectable } from '@nestjs/common';
import type { Principal } from '../auth/principal.js';
import { AuditService } from '../audit/audit.service.js';
import { AppError } from '../common/errors/app-error.js';
import { ChatConfig } from '../config/config.js';
import { userScope, type Who } from '../database/scope.js';
import { RateLimiter } from './rate-limiter.service.js';
import type { OwnUsage, Usage, UsageLimits, UsageScope } from './usage.contract.js';
import { UsageErrors } from './usage.errors.js';
import { UsageRepository } from './usage.repository.js';

@Injectable()
export class UsageService {
  constructor(
    private readonly usage: UsageRepository,
    private readonly limiter: RateLimiter,
    private readonly config: ChatConfig,
    private readonly audit: AuditService,
  ) {}

  /** What the caller used today (UTC) and in the last 30 days, and what its limits are. */
  async own(principal: Principal): Promise<OwnUsage> {
    const periods = await this.usage.totalsOf(userScope(principal));
    return { scope: 'own', ...periods, limits: await this.limitsOf(principal, periods.asOf) };
  }

  /** What a scope used. Throws `USAGE_SCOPE_REFUSED` where the role of the caller is too small for it. */
  async inScope(principal: Principal, scope: UsageScope): Promise<Usage> {
    if (scope === 'own') return this.own(principal);
    const periods = await this.usage.totalsOf(widerScope(principal, scope));
    await this.audit.record(principal, { action: 'usage.read', outcome: 'allowed', details: { scope } });
    return { scope, ...periods, limits: await this.limitsOf(principal, periods.asOf) };
  }

  private async limitsOf(principal: Principal, now: Date): Promise<UsageLimits> {
    const rate = await this.limiter.stateOf(principal);
    return {
      messagesPerMinute: rate.limit,
      messagesRemaining: rate.remaining,
      messagesResetAt: new Date(now.getTime() + Math.ceil(rate.fullIn)),
      maxMessageLength: this.config.maxMessageLength,
    };
  }
}

function widerScope(principal: Principal, scope: 'tenant' | 'platform'): Who {
  const { role, tenantId } = principal;
  if (scope === 'platform' && role === 'super_admin') return { scope: 'platform' };
  if (scope === 'tenant' && (role === 'tenant_admin' || role === 'super_admin')) {
    return { scope: 'tenant', tenantId };
  }
  throw new AppError(
    UsageErrors.USAGE_SCOPE_REFUSED,
    scope === 'tenant'
      ? 'The usage of the whole organisation is for its administrators. Leave scope out to see your own.'
      : 'The usage of the whole platform is for its administrators. Leave scope out to see your own.',
  );
}
