import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { MetricsText } from '../../../monitoring/metrics/metrics-text.js';
import { routesOf } from '../../../monitoring/metrics/request-figures.js';
import { Tool, type ToolFindings } from '../tool.contract.js';
import { column, figuresOf, reads, rounded } from '../tool-figures.js';

const Arguments = z.strictObject({});
type Arguments = z.infer<typeof Arguments>;

const MOST_ROUTES = 100;
const ROUTES = [
  column('route', 'Route', 'text'),
  column('requests', 'Requests', 'integer'),
  column('per_minute', 'Requests a minute', 'number'),
  column('errors', 'Answers from 500 on', 'integer'),
  column('mean', 'Time (mean)', 'number', { unit: 'ms' }),
  column('p95', 'Time (p95, estimated)', 'number', { unit: 'ms' }),
];

/** Requests, errors and times of each route since the service began. */
@Injectable()
export class RequestRatesTool extends Tool<Arguments> {
  readonly manifest = reads({
    name: 'request_rates',
    title: 'Reading the figures of requests',
    description:
      'HTTP requests by route since the start of the service: how many, how many a minute, how many failed, how long they took.',
    roles: ['super_admin'],
    scope: 'platform',
  });
  readonly parameters = Arguments;

  constructor(private readonly metrics: MetricsText) {
    super();
  }

  async run(): Promise<ToolFindings> {
    const minutes = Math.max(process.uptime() / 60, 1 / 60);
    const routes = routesOf(await this.metrics.read());
    const rows = routes.slice(0, MOST_ROUTES).map(({ method, route, requests, errors, mean, p95 }) => ({
      route: `${method} ${route}`,
      requests,
      per_minute: rounded(requests / minutes, 2),
      errors,
      mean: rounded(mean, 1),
      p95: rounded(p95, 1),
    }));
    const figures = figuresOf('metrics since the start of the service', new Date(), ROUTES, rows);
    return { figures: { routes: { ...figures, total: routes.length } } };
  }
}
