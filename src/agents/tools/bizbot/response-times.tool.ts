import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { AnalyticsService } from '../../../monitoring/analytics/analytics.service.js';
import { Tool, type ToolCaller, type ToolFindings } from '../tool.contract.js';
import { reads } from '../tool-figures.js';
import { answerTimesOf } from '../usage/answer-times.js';

const Arguments = z.strictObject({});
type Arguments = z.infer<typeof Arguments>;

/** How long the organisation waits for its answers, by day. */
@Injectable()
export class ResponseTimesTool extends Tool<Arguments> {
  readonly manifest = reads({
    name: 'response_times',
    title: 'Reading the times of answers',
    description:
      'Answers to the organisation in the last 30 days, by day: how many, seconds to the first text and to the end (median and p95).',
    roles: ['super_admin', 'tenant_admin'],
    scope: 'tenant',
  });
  readonly parameters = Arguments;

  constructor(private readonly analytics: AnalyticsService) {
    super();
  }

  async run(_: Arguments, { principal }: ToolCaller): Promise<ToolFindings> {
    const times = await this.analytics.answerTimes(principal, 'tenant', 'day');
    return { figures: { by_day: answerTimesOf(times, 'day') } };
  }
}
