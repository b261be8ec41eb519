import type { NewFigures } from '../../../datasets/figures.service.js';
import type { FiguresScope } from '../../../monitoring/analytics/analytics.contract.js';
import type { AnalyticsService } from '../../../monitoring/analytics/analytics.service.js';
import type { Usage, UsageTotals } from '../../../usage/usage.contract.js';
import type { UsageService } from '../../../usage/usage.service.js';
import type { ToolCaller, ToolFindings } from '../tool.contract.js';
import { column, figuresOf } from '../tool-figures.js';

const SOURCE = 'usage ledger';

const TOTALS = [
  column('count', 'Count of', 'text'),
  column('today', 'Today (UTC)', 'integer'),
  column('last_30_days', 'Last 30 days', 'integer'),
];
const COUNTS = [
  column('questions', 'Questions', 'integer'),
  column('answers', 'Answers', 'integer'),
  column('users', 'Users', 'integer'),
  column('input_tokens', 'Tokens read', 'integer'),
  column('output_tokens', 'Tokens written', 'integer'),
];
const BY_DAY = [column('day', 'Day', 'date'), ...COUNTS];
const BY_ENGINE = [column('engine', 'Engine', 'text'), ...COUNTS];
const LIMITS = [
  column('messages_per_minute', 'Messages a minute', 'integer'),
  column('messages_remaining', 'Messages left right now', 'integer'),
  column('max_message_length', 'Characters of a message', 'integer'),
];

const ROWS: readonly [
  label: string,
  key: Exclude<keyof UsageTotals, 'since' | 'byEngine'>,
  from: FiguresScope,
][] = [
  ['Questions', 'questions', 'own'],
  ['Answers', 'answers', 'own'],
  ['Tokens read', 'inputTokens', 'own'],
  ['Tokens written', 'outputTokens', 'own'],
  ['Users', 'users', 'tenant'],
  ['Organisations', 'tenants', 'platform'],
];
const SCOPES: readonly FiguresScope[] = ['own', 'tenant', 'platform'];

/** What a scope used, by day and by engine, in all, and the limits of the caller. Throws as the two services do. */
export async function usageFigures(
  usage: UsageService,
  analytics: AnalyticsService,
  { principal }: ToolCaller,
  scope: FiguresScope,
): Promise<ToolFindings> {
  const totals = await usage.inScope(principal, scope);
  const days = await analytics.usageByDay(principal, scope);
  const engines = await analytics.usageByEngine(principal, scope);
  return {
    figures: {
      totals: totalsOf(totals, scope),
      by_day: figuresOf(
        SOURCE,
        days.asOf,
        BY_DAY,
        days.rows.map((row) => ({ ...row })),
      ),
      by_engine: figuresOf(
        SOURCE,
        engines.asOf,
        BY_ENGINE,
        engines.rows.map((row) => ({ ...row })),
      ),
      limits: limitsOf(totals),
    },
  };
}

function totalsOf({ today, last30Days, asOf }: Usage, scope: FiguresScope): NewFigures {
  const rows = ROWS.filter(([, , from]) => SCOPES.indexOf(from) <= SCOPES.indexOf(scope)).map(
    ([count, key]) => ({ count, today: today[key], last_30_days: last30Days[key] }),
  );
  return figuresOf(SOURCE, asOf, TOTALS, rows);
}

function limitsOf({ limits, asOf }: Usage): NewFigures {
  const row = {
    messages_per_minute: limits.messagesPerMinute,
    messages_remaining: limits.messagesRemaining,
    max_message_length: limits.maxMessageLength,
  };
  return figuresOf('limits of the service', asOf, LIMITS, [row]);
}
