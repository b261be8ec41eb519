import { z } from 'zod';

export const ReportScope = z.enum(['user', 'tenant', 'platform']);
export type ReportScope = z.infer<typeof ReportScope>;

/** Days that a report reaches back by default, and at most. */
export const USUAL_DAYS = 30;
export const MOST_DAYS = 366;

export const ReportQuery = z.strictObject({
  scope: ReportScope.default('user').describe(
    'user: the caller; tenant: tenant_admin, or super_admin for its own tenant; platform: super_admin.',
  ),
  from: z.iso.date().optional().describe('First day, UTC; by default 29 days before the last one.'),
  to: z.iso.date().optional().describe('Last day, UTC; by default today.'),
});
export type ReportQuery = z.infer<typeof ReportQuery>;

const count = z.int().nonnegative();
const seconds = z.number().nullable();
const cost = z
  .number()
  .nullable()
  .describe('In `currency`, from MODEL_PRICES; null where a model was used whose price is not known.');
const tokens = {
  input_tokens: count.describe('As the model counted them.'),
  output_tokens: count,
  cost,
};

/** Seconds below which half, and 95 %, of the answers stayed; within 5 %. Null where there was none. */
const Quantiles = z.object({ p50: seconds, p95: seconds }).meta({ id: 'Quantiles' });
export type Quantiles = z.infer<typeof Quantiles>;

const counts = {
  conversations: count.describe('That began; those deleted later count.'),
  questions: count.describe('Whose answering ended, however it ended.'),
  answers: count.describe('Of those, the ones answered in full.'),
  failed: count.describe('Of those, the ones that failed or were interrupted.'),
  stopped: count,
  feedback: z.object({ up: count, down: count }).describe('By the day on which an answer was rated first.'),
  time_to_first_token: Quantiles.describe(
    'Seconds from question to first text, of answers in full; within 5 %.',
  ),
  time_to_end: Quantiles.describe('Seconds from question to the end, of answers in full; within 5 %.'),
  ...tokens,
};

const Totals = z.object(counts).meta({ id: 'AnalyticsTotals' });
export type Totals = z.infer<typeof Totals>;
const DayFigures = z.object({ day: z.iso.date(), ...counts }).meta({ id: 'AnalyticsDay' });
export type DayFigures = z.infer<typeof DayFigures>;

export const AnalyticsReport = z
  .object({
    scope: ReportScope,
    from: z.iso.date(),
    to: z.iso.date(),
    as_of: z.iso.datetime(),
    currency: z.string().describe('Of every cost, ISO 4217.'),
    unpriced_models: z
      .array(z.string())
      .describe('Models that were used and have no price: their cost is null.'),
    totals: Totals,
    by_day: z.array(DayFigures).describe('Every day of the period, UTC.'),
    agents: z.array(z.object({ agent_name: z.string(), answers: count })).describe('The busiest first.'),
    failures: z.array(z.object({ code: z.string(), failures: count })).describe('The most frequent first.'),
    models: z.array(
      z.object({ provider: z.string().nullable(), model: z.string().nullable(), answers: count, ...tokens }),
    ),
  })
  .meta({ id: 'AnalyticsReport' });
export type AnalyticsReport = z.infer<typeof AnalyticsReport>;
