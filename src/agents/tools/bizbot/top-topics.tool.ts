import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { AnalyticsService } from '../../../monitoring/analytics/analytics.service.js';
import { FEWEST_USERS } from '../../../monitoring/analytics/topics.js';
import { plainTerms } from '../../terms.js';
import { Tool, type ToolCaller, type ToolFindings } from '../tool.contract.js';
import { column, figuresOf, reads } from '../tool-figures.js';

const Arguments = z.strictObject({});
type Arguments = z.infer<typeof Arguments>;

const TOPICS = [
  column('term', 'Term', 'text'),
  column('questions', 'Questions', 'integer'),
  column('users', 'Users', 'integer'),
];

/** What the organisation asks about, without anybody's words. */
@Injectable()
export class TopTopicsTool extends Tool<Arguments> {
  readonly manifest = reads({
    name: 'top_topics',
    title: 'Counting what is asked about',
    description: `The most frequent words of the organisation's questions of the last 30 days. Only words that at least ${FEWEST_USERS} users used are counted, so that nobody's message shows.`,
    roles: ['super_admin', 'tenant_admin'],
    scope: 'tenant',
    budget: 2,
  });
  readonly parameters = Arguments;

  constructor(private readonly analytics: AnalyticsService) {
    super();
  }

  async run(_: Arguments, { principal }: ToolCaller, signal: AbortSignal): Promise<ToolFindings> {
    const { asOf, rows, questions } = await this.analytics.topics(principal, plainTerms, signal);
    const topics = figuresOf(
      `newest ${questions} questions`,
      asOf,
      TOPICS,
      rows.map((row) => ({ ...row })),
    );
    const few = `No word was used by ${FEWEST_USERS} users or more in the questions of the last 30 days. Words of fewer users are not shown, so that nobody's message can be told.`;
    return { figures: { topics }, ...(rows.length === 0 ? { text: few } : {}) };
  }
}
