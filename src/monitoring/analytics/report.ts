import { groupBy } from '../../common/group-by.js';
import type { Prices } from './costs.js';
import { daysOf, type Period } from './period.js';
import type { AnalyticsReport, Quantiles, Totals } from './report.contract.js';
import type { CountRow, ReportRow, TimeRow } from './report.repository.js';

type Figures = Pick<
  AnalyticsReport,
  'unpriced_models' | 'totals' | 'by_day' | 'agents' | 'failures' | 'models'
>;

const isTime = (row: ReportRow): row is TimeRow => row.figure === 'first_token' || row.figure === 'whole';

/** In: a period, the rows of it, and what models cost. Out: its figures in all, by day, and by what was counted. */
export function figuresOf(period: Period, rows: readonly ReportRow[], prices: Prices): Figures {
  const days = groupBy(rows, ({ day }) => day);
  const counted = rows.filter((row): row is CountRow => !isTime(row));
  const models = sumsOf(counted, 'model').map(({ name, count, ...tokens }) => {
    const [provider = '', ...rest] = name.split('/');
    const model = { provider: provider || null, model: rest.join('/') || null };
    return { ...model, answers: count, ...tokens, cost: prices.costOf(name, tokens) };
  });
  return {
    unpriced_models: sumsOf(counted, 'model')
      .filter(({ name, ...tokens }) => prices.costOf(name, tokens) === null)
      .map(({ name }) => name.replace(/^\/|\/$/g, '') || 'unknown'),
    totals: totalsOf([...counted, ...(days.get(null) ?? [])], prices),
    by_day: daysOf(period).map((day) => ({ day, ...totalsOf(days.get(day) ?? [], prices) })),
    agents: sumsOf(counted, 'agent').map(({ name, count }) => ({ agent_name: name, answers: count })),
    failures: sumsOf(counted, 'failure').map(({ name, count }) => ({ code: name, failures: count })),
    models,
  };
}

function totalsOf(rows: readonly ReportRow[], prices: Prices): Totals {
  const counted = rows.filter((row): row is CountRow => !isTime(row));
  const of = (figure: CountRow['figure'], ...names: string[]): number =>
    counted
      .filter((row) => row.figure === figure && (names.length === 0 || names.includes(row.name)))
      .reduce((sum, { count }) => sum + count, 0);
  const models = sumsOf(counted, 'model');
  const costs = models.map(({ name, ...tokens }) => prices.costOf(name, tokens));
  return {
    conversations: of('conversation'),
    questions: of('state'),
    answers: of('state', 'completed'),
    failed: of('state', 'failed', 'interrupted'),
    stopped: of('state', 'cancelled'),
    feedback: { up: of('feedback', 'up'), down: of('feedback', 'down') },
    time_to_first_token: quantilesOf(rows, 'first_token'),
    time_to_end: quantilesOf(rows, 'whole'),
    input_tokens: models.reduce((sum, { input_tokens: tokens }) => sum + tokens, 0),
    output_tokens: models.reduce((sum, { output_tokens: tokens }) => sum + tokens, 0),
    cost: costs.reduce((sum, cost) => (sum === null || cost === null ? null : rounded(sum + cost, 6)), 0),
  };
}

function quantilesOf(rows: readonly ReportRow[], figure: TimeRow['figure']): Quantiles {
  const row = rows.filter(isTime).find((one) => one.figure === figure);
  return row ? { p50: rounded(row.p50, 3), p95: rounded(row.p95, 3) } : { p50: null, p95: null };
}

type Sum = Omit<CountRow, 'day' | 'figure'>;

/** Counts of one figure over all days, by name, the largest first. */
function sumsOf(rows: readonly CountRow[], figure: CountRow['figure']): Sum[] {
  const groups = groupBy(
    rows.filter((row) => row.figure === figure),
    ({ name }) => name,
  );
  const sum = (group: readonly CountRow[], key: 'count' | 'input_tokens' | 'output_tokens'): number =>
    group.reduce((all, row) => all + row[key], 0);
  return [...groups]
    .map(([name, group]) => ({
      name,
      count: sum(group, 'count'),
      input_tokens: sum(group, 'input_tokens'),
      output_tokens: sum(group, 'output_tokens'),
    }))
    .sort((a, b) => b.count - a.count || a.name.localeCompare(b.name));
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));
