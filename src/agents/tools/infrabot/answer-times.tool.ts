import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { AnalyticsService } from '../../../monitoring/analytics/analytics.service.js';
import { Tool, type ToolCaller, type ToolFindings } from '../tool.contract.js';
import { reads } from '../tool-figures.js';
import { answerTimesOf } from '../usage/answer-times.js';

const Arguments = z.strictObject({});
type Arguments = z.infer<typeof Arguments>;

/** How long answers took on the whole platform, by hour. */
@Injectable()
export class AnswerTimesTool extends Tool<Arguments> {
  readonly manifest = reads({
    name: 'answer_times',
    title: 'Reading the times of answers',
    description:
      'Answers of the whole platform in the last 24 hours, by hour: how many, seconds to the first text and to the end (median and p95).',
    roles: ['super_admin'],
    scope: 'platform',
  });
  readonly parameters = Arguments;

  constructor(private readonly analytics: AnalyticsService) {
    super();
  }

  async run(_: Arguments, { principal }: ToolCaller): Promise<ToolFindings> {
    const times = await this.analytics.answerTimes(principal, 'platform', 'hour');
    return { figures: { by_hour: answerTimesOf(times, 'hour') } };
  }
}
