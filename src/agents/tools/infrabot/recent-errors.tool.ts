import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { AnalyticsService } from '../../../monitoring/analytics/analytics.service.js';
import { MetricsText } from '../../../monitoring/metrics/metrics-text.js';
import { routesOf } from '../../../monitoring/metrics/request-figures.js';
import { Tool, type ToolCaller, type ToolFindings } from '../tool.contract.js';
import { column, figuresOf, reads } from '../tool-figures.js';

const Arguments = z.strictObject({});
type Arguments = z.infer<typeof Arguments>;

const CODES = [
  column('code', 'Code', 'text'),
  column('failures', 'Answers that failed', 'integer'),
  column('last', 'Most recently', 'datetime'),
];
const BY_HOUR = [column('at', 'Hour', 'datetime'), column('failures', 'Answers that failed', 'integer')];
const ROUTES = [column('route', 'Route', 'text'), column('errors', 'Answers from 500 on', 'integer')];

/** What failed: answers by their codes, and requests by route. Never the text of a message. */
@Injectable()
export class RecentErrorsTool extends Tool<Arguments> {
  readonly manifest = reads({
    name: 'recent_errors',
    title: 'Looking for what failed',
    description:
      'Answers of the whole platform that failed in the last 24 hours, by error code and by hour, and HTTP requests that failed since the start of the service, by route.',
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
    const [codes, hours, all] = await Promise.all([
      this.analytics.failures(principal),
      this.analytics.failuresByHour(principal),
      this.metrics.read(),
    ]);
    const routes = routesOf(all)
      .filter(({ errors }) => errors > 0)
      .map(({ method, route, errors }) => ({ route: `${method} ${route}`, errors }));
    const runs = 'runs of the last 24 hours';
    return {
      figures: {
        codes: figuresOf(
          runs,
          codes.asOf,
          CODES,
          codes.rows.map((row) => ({ ...row })),
        ),
        by_hour: figuresOf(
          runs,
          hours.asOf,
          BY_HOUR,
          hours.rows.map((row) => ({ ...row })),
        ),
        routes: figuresOf('metrics since the start of the service', new Date(), ROUTES, routes),
      },
    };
  }
}
