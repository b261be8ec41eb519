import { Injectable } from '@nestjs/common';
import { AuditService } from '../../audit/audit.service.js';
import type { Principal } from '../../auth/principal.js';
import { Prices } from './costs.js';
import { whoOf } from './figures-scope.js';
import { periodOf } from './period.js';
import { figuresOf } from './report.js';
import type { AnalyticsReport, ReportQuery } from './report.contract.js';
import { ReportRepository } from './report.repository.js';

/** The figures of a user, a tenant or the platform, as people and pages ask for them. */
@Injectable()
export class ReportService {
  constructor(
    private readonly reports: ReportRepository,
    private readonly prices: Prices,
    private readonly audit: AuditService,
  ) {}

  /** Figures of a period. Throws ANALYTICS_SCOPE_REFUSED, and VALIDATION_FAILED for a period that is none. */
  async report(principal: Principal, query: ReportQuery): Promise<AnalyticsReport> {
    const { scope } = query;
    const who = whoOf(principal, scope === 'user' ? 'own' : scope);
    const period = periodOf(query, new Date());
    const { asOf, rows } = await this.reports.report(who, period);
    if (scope !== 'user')
      await this.audit.record(principal, {
        action: 'analytics.read',
        outcome: 'allowed',
        details: { scope },
      });
    return {
      scope,
      ...period,
      as_of: asOf.toISOString(),
      currency: this.prices.currency,
      ...figuresOf(period, rows, this.prices),
    };
  }
}
