import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Prometheus } from '../../../monitoring/prometheus.client.js';
import { Tool, type ToolCaller, type ToolFindings } from '../tool.contract.js';
import { column, figuresOf, reads } from '../tool-figures.js';

/** Points of one series: more than a chart can show. */
const MOST_POINTS = 300;
const SMALLEST_STEP = 15;
/** A dataset keeps 10,000 rows. */
const MOST_ROWS = 6_000;

const Arguments = z
  .strictObject({
    query: z.string().trim().min(1).max(500).describe('PromQL, such as rate(http_requests_total[5m]).'),
    minutes: z.int().min(5).max(10_080).default(60).describe('How far back, up to a week.'),
    step_seconds: z
      .int()
      .min(SMALLEST_STEP)
      .max(86_400)
      .optional()
      .describe('Between two points; chosen by the time asked for where left out.'),
  })
  .refine(({ minutes, step_seconds: step }) => !step || (minutes * 60) / step <= MOST_POINTS, {
    path: ['step_seconds'],
    error: `must leave at most ${MOST_POINTS} points`,
  });
type Arguments = z.infer<typeof Arguments>;

const POINTS = [
  column('at', 'Time', 'datetime'),
  column('series', 'Series', 'text'),
  column('value', 'Value', 'number'),
];

const MISSING =
  'No Prometheus is connected, so there are no figures of other servers and services. Set `PROMETHEUS_URL` to its address (such as http://localhost:9090) and restart the service.';

/** A range query to the Prometheus that the operator connected. */
@Injectable()
export class PrometheusRangeTool extends Tool<Arguments> {
  readonly manifest = reads({
    name: 'prometheus_range',
    title: 'Asking Prometheus',
    description: 'Runs one PromQL range query against the Prometheus of the platform.',
    roles: ['super_admin'],
    scope: 'platform',
  });
  readonly parameters = Arguments;

  constructor(private readonly prometheus: Prometheus) {
    super();
  }

  async run(
    { query, minutes, step_seconds: asked }: Arguments,
    _: ToolCaller,
    signal: AbortSignal,
  ): Promise<ToolFindings> {
    if (!this.prometheus.configured) return { missing: [MISSING] };
    const step = asked ?? Math.max(SMALLEST_STEP, Math.ceil((minutes * 60) / 120));
    const end = Math.floor(Date.now() / 1000);
    const { points, series } = await this.prometheus.range(
      { query, start: end - minutes * 60, end, step },
      signal,
    );
    const rows = points.slice(0, MOST_ROWS).map((point) => ({ ...point }));
    const shown = new Set(rows.map((row) => row.series)).size;
    const figures = figuresOf('Prometheus', new Date(end * 1000), POINTS, rows);
    return {
      figures: { points: { ...figures, total: points.length } },
      ...(series > shown
        ? { text: `Prometheus has ${series} series for this query; ${shown} with figures are shown.` }
        : {}),
    };
  }
}
