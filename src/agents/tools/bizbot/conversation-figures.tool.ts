import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { AnalyticsService } from '../../../monitoring/analytics/analytics.service.js';
import { Tool, type ToolCaller, type ToolFindings } from '../tool.contract.js';
import { column, figuresOf, reads, rounded } from '../tool-figures.js';

const Arguments = z.strictObject({});
type Arguments = z.infer<typeof Arguments>;

const BY_DAY = [
  column('day', 'Day', 'date'),
  column('conversations', 'Conversations begun', 'integer'),
  column('messages', 'Messages in them', 'integer'),
  column('active_users', 'Active users', 'integer'),
];
const TOTALS = [
  column('conversations', 'Conversations in the last 30 days', 'integer'),
  column('messages', 'Messages in them', 'integer'),
  column('per_conversation', 'Messages in a conversation (mean)', 'number'),
];

/** How much the organisation talks to its assistants. */
@Injectable()
export class ConversationFiguresTool extends Tool<Arguments> {
  readonly manifest = reads({
    name: 'conversation_figures',
    title: 'Counting conversations',
    description:
      'Conversations of the organisation that began on each of the last 30 days, the messages in them, and the users who asked something on the day. Deleted conversations do not count.',
    roles: ['super_admin', 'tenant_admin'],
    scope: 'tenant',
  });
  readonly parameters = Arguments;

  constructor(private readonly analytics: AnalyticsService) {
    super();
  }

  async run(_: Arguments, { principal }: ToolCaller): Promise<ToolFindings> {
    const { asOf, rows } = await this.analytics.conversations(principal, 'tenant');
    const conversations = rows.reduce((sum, row) => sum + row.conversations, 0);
    const messages = rows.reduce((sum, row) => sum + row.messages, 0);
    const mean = conversations > 0 ? rounded(messages / conversations, 1) : null;
    const source = 'conversations and usage ledger';
    return {
      figures: {
        totals: figuresOf(source, asOf, TOTALS, [{ conversations, messages, per_conversation: mean }]),
        by_day: figuresOf(
          source,
          asOf,
          BY_DAY,
          rows.map((row) => ({ ...row })),
        ),
      },
    };
  }
}
