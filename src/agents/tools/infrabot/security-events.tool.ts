import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { AnalyticsService } from '../../../monitoring/analytics/analytics.service.js';
import { MetricsText } from '../../../monitoring/metrics/metrics-text.js';
import { countsBy } from '../../../monitoring/metrics/request-figures.js';
import { Tool, type ToolCaller, type ToolFindings } from '../tool.contract.js';
import { column, figuresOf, reads } from '../tool-figures.js';

const Arguments = z.strictObject({});
type Arguments = z.infer<typeof Arguments>;

const EVENTS = [
  column('action', 'Action', 'text'),
  column('outcome', 'Outcome', 'text'),
  column('code', 'Reason', 'text'),
  column('events', 'Events', 'integer'),
  column('users', 'Users', 'integer'),
  column('last', 'Most recently', 'datetime'),
];
const BY_HOUR = [
  column('at', 'Hour', 'datetime'),
  column('refused', 'Refused', 'integer'),
  column('failed', 'Failed', 'integer'),
];
const LOGINS = [column('code', 'Code', 'text'), column('failures', 'Refused identities', 'integer')];

/** Who was refused what: the audit record, and identities that were not believed. */
@Injectable()
export class SecurityEventsTool extends Tool<Arguments> {
  readonly manifest = reads({
    name: 'security_events',
    title: 'Reading the audit record',
    description:
      'Refusals and failures in the audit record of the whole platform in the last 24 hours, by action, outcome, reason and hour, and refused identities (failed logins) by error code since the start of the service.',
    roles: ['super_admin'],
    scope: 'platform',
  });
  readonly parameters = Arguments;

  constructor(
    private readonly analytics: AnalyticsService,
    private readonly metrics: MetricsText,
  ) {
    super();
  }

  async run(_: Arguments, { principal }: ToolCaller): Promise<ToolFindings> {
    const [events, hours, all] = await Promise.all([
      this.analytics.securityEvents(principal),
      this.analytics.securityByHour(principal),
      this.metrics.read(),
    ]);
    const logins = countsBy(all, 'auth_failures_total', 'code').map(({ label, count }) => ({
      code: label,
      failures: count,
    }));
    const audit = 'audit record of the last 24 hours';
    return {
      figures: {
        events: figuresOf(
          audit,
          events.asOf,
          EVENTS,
          events.rows.map((row) => ({ ...row })),
        ),
        by_hour: figuresOf(
          audit,
          hours.asOf,
          BY_HOUR,
          hours.rows.map((row) => ({ ...row })),
        ),
        logins: figuresOf('metrics since the start of the service', new Date(), LOGINS, logins),
      },
    };
  }
}
