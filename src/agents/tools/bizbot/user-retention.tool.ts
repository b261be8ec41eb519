import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { AnalyticsService } from '../../../monitoring/analytics/analytics.service.js';
import { Tool, type ToolCaller, type ToolFindings } from '../tool.contract.js';
import { column, figuresOf, reads, rounded } from '../tool-figures.js';

const Arguments = z.strictObject({});
type Arguments = z.infer<typeof Arguments>;

const WEEKS = [
  column('cohort', 'Week of the first question', 'date'),
  column('week', 'Weeks later', 'integer'),
  column('size', 'Users who began', 'integer'),
  column('users', 'Users who asked again', 'integer'),
  column('share', 'Share', 'number', { format: '.0%' }),
];

/** How many users come back, by the week in which they began. */
@Injectable()
export class UserRetentionTool extends Tool<Arguments> {
  readonly manifest = reads({
    name: 'user_retention',
    title: 'Counting who comes back',
    description:
      "Users of the organisation by the week (from Monday, UTC) of their first question, and how many of them asked again in each week since then; weeks of the last eight. Users of the chat, not the organisation's customers.",
    roles: ['super_admin', 'tenant_admin'],
    scope: 'tenant',
  });
  readonly parameters = Arguments;

  constructor(private readonly analytics: AnalyticsService) {
    super();
  }

  async run(_: Arguments, { principal }: ToolCaller): Promise<ToolFindings> {
    const { asOf, rows } = await this.analytics.retention(principal, 'tenant');
    const weeks = rows.map((row) => ({ ...row, share: rounded(row.users / row.size, 3) }));
    return {
      figures: { weeks: figuresOf('usage ledger', asOf, WEEKS, weeks) },
      ...(rows.length === 0 ? { text: 'Nobody began in the last eight weeks.' } : {}),
    };
  }
}
