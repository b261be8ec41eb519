import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { AnalyticsService } from '../../../monitoring/analytics/analytics.service.js';
import { Tool, type ToolCaller, type ToolFindings } from '../tool.contract.js';
import { column, figuresOf, reads, rounded } from '../tool-figures.js';

const Arguments = z.strictObject({});
type Arguments = z.infer<typeof Arguments>;

const BY_DAY = [
  column('day', 'Day', 'date'),
  column('up', 'Good answers', 'integer'),
  column('down', 'Bad answers', 'integer'),
];
const TOTALS = [
  column('up', 'Good answers', 'integer'),
  column('down', 'Bad answers', 'integer'),
  column('share', 'Share of good answers', 'number', { format: '.1%' }),
];

/** How the organisation rates its answers. */
@Injectable()
export class FeedbackSummaryTool extends Tool<Arguments> {
  readonly manifest = reads({
    name: 'feedback_summary',
    title: 'Counting ratings',
    description: 'Ratings of answers by users of the organisation in the last 30 days, by day and in all.',
    roles: ['super_admin', 'tenant_admin'],
    scope: 'tenant',
  });
  readonly parameters = Arguments;

  constructor(private readonly analytics: AnalyticsService) {
    super();
  }

  async run(_: Arguments, { principal }: ToolCaller): Promise<ToolFindings> {
    const { asOf, rows } = await this.analytics.feedback(principal, 'tenant');
    const [up, down] = (['up', 'down'] as const).map((key) => rows.reduce((sum, row) => sum + row[key], 0));
    const all = up! + down!;
    if (all === 0)
      return { missing: ['Nobody in your organisation has rated an answer in the last 30 days.'] };
    return {
      figures: {
        totals: figuresOf('ratings of answers', asOf, TOTALS, [{ up, down, share: rounded(up! / all, 3) }]),
        by_day: figuresOf(
          'ratings of answers',
          asOf,
          BY_DAY,
          rows.map((row) => ({ ...row })),
        ),
      },
    };
  }
}
