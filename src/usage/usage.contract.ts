import { z } from 'zod';

export const UsageScope = z.enum(['own', 'tenant', 'platform']);
export type UsageScope = z.infer<typeof UsageScope>;

export const UsageQuery = z.strictObject({
  scope: UsageScope.default('own').describe(
    'own: the caller; tenant: tenant_admin, or super_admin for its own tenant; platform: super_admin.',
  ),
});
export type UsageQuery = z.infer<typeof UsageQuery>;

/** Counts of ended answers since a moment. Tokens are those that a model's provider counted. */
export interface UsageTotals {
  readonly since: Date;
  readonly questions: number;
  readonly answers: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly users: number;
  readonly tenants: number;
  readonly byEngine: readonly EngineTotals[];
}

export interface EngineTotals {
  readonly engine: string;
  readonly answers: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export interface UsagePeriods {
  readonly today: UsageTotals;
  readonly last30Days: UsageTotals;
  /** By the database's clock. */
  readonly asOf: Date;
}

export interface UsageLimits {
  readonly messagesPerMinute: number;
  readonly messagesRemaining: number;
  /** When the whole limit is free again. */
  readonly messagesResetAt: Date;
  /** Characters. */
  readonly maxMessageLength: number;
}

/** What a scope used; limits are always those of the caller. */
export interface Usage extends UsagePeriods {
  readonly scope: UsageScope;
  readonly limits: UsageLimits;
}

/** What one user used. */
export interface OwnUsage extends Usage {
  readonly scope: 'own';
}

const count = z.int().nonnegative();

const UsagePeriodView = z.object({
  since: z.iso.datetime(),
  questions: count.describe('Questions whose answering has ended, however it ended.'),
  answers: count.describe('Of those, the ones that were answered in full.'),
  input_tokens: count,
  output_tokens: count,
  users: count.optional().describe('Users who asked; not in the scope own.'),
  tenants: count.optional().describe('Tenants whose users asked; only in the scope platform.'),
  by_engine: z.array(
    z.object({ engine: z.string(), answers: count, input_tokens: count, output_tokens: count }),
  ),
});
type UsagePeriodView = z.infer<typeof UsagePeriodView>;

export const UsageResponse = z
  .object({
    scope: UsageScope,
    today: UsagePeriodView.describe('Since midnight UTC.'),
    last_30_days: UsagePeriodView,
    limits: z.object({
      messages_per_minute: count,
      messages_remaining: count,
      messages_reset_at: z.iso.datetime().describe('When the whole limit is free again.'),
      max_message_length: count.describe('Characters.'),
    }),
    today_resets_at: z.iso.datetime().describe('The next midnight UTC.'),
    as_of: z.iso.datetime(),
  })
  .meta({ id: 'UsageResponse' });
export type UsageResponse = z.infer<typeof UsageResponse>;

const DAY = 86_400_000;

function toPeriodView(totals: UsageTotals, scope: UsageScope): UsagePeriodView {
  return {
    since: totals.since.toISOString(),
    questions: totals.questions,
    answers: totals.answers,
    input_tokens: totals.inputTokens,
    output_tokens: totals.outputTokens,
    ...(scope === 'own' ? {} : { users: totals.users }),
    ...(scope === 'platform' ? { tenants: totals.tenants } : {}),
    by_engine: totals.byEngine.map((row) => ({
      engine: row.engine,
      answers: row.answers,
      input_tokens: row.inputTokens,
      output_tokens: row.outputTokens,
    })),
  };
}

/** In: usage as the service gives it. Out: the answer of `GET /chat/usage`. */
export function toUsageView(usage: Usage): UsageResponse {
  return {
    scope: usage.scope,
    today: toPeriodView(usage.today, usage.scope),
    last_30_days: toPeriodView(usage.last30Days, usage.scope),
    limits: {
      messages_per_minute: usage.limits.messagesPerMinute,
      messages_remaining: usage.limits.messagesRemaining,
      messages_reset_at: usage.limits.messagesResetAt.toISOString(),
      max_message_length: usage.limits.maxMessageLength,
    },
    today_resets_at: new Date(usage.today.since.getTime() + DAY).toISOString(),
    as_of: usage.asOf.toISOString(),
  };
}
