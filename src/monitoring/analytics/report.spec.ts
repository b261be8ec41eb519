import { parseEnv } from '../../config/env.schema.js';
import { PricesConfig } from '../../config/prices-config.js';
import { Prices } from './costs.js';
import { daysOf, periodOf } from './period.js';
import { figuresOf } from './report.js';
import type { CountRow, ReportRow } from './report.repository.js';

const count = (
  day: string,
  figure: CountRow['figure'],
  name: string,
  times: number,
  [input, output] = [0, 0],
): CountRow => ({ day, figure, name, count: times, input_tokens: input!, output_tokens: output! });

const prices = new Prices(
  new PricesConfig(
    parseEnv({
      MODEL_PRICES: '{"mini":{"input":2,"output":8},"b/vast/one":{"input":10,"output":10}}',
      MODEL_PRICES_CURRENCY: 'EUR',
    }),
  ),
);
const period = { from: '2026-03-01', to: '2026-03-03' };

describe('a period', () => {
  const now = new Date('2026-03-05T23:59:59Z');

  it('is the last 30 days, or ends with the day that is named', () => {
    expect(periodOf({}, now)).toEqual({ from: '2026-02-04', to: '2026-03-05' });
    expect(periodOf({ to: '2024-03-01' }, now)).toEqual({ from: '2024-02-01', to: '2024-03-01' });
    expect(periodOf({ from: '2026-03-01' }, now)).toEqual({ from: '2026-03-01', to: '2026-03-05' });
    expect(daysOf({ from: '2024-02-28', to: '2024-03-01' })).toEqual([
      ...['2024-02-28', '2024-02-29', '2024-03-01'],
    ]);
  });

  it.each([
    [{ from: '2026-03-06' }, 'must not be after to'],
    [{ from: '2026-03-02', to: '2026-03-01' }, 'must not be after to'],
    [{ from: '2025-03-04' }, 'at most 366 days'],
  ])('is refused where it is none: %j', (asked, message) => {
    expect(() => periodOf(asked, now)).toThrow(message);
  });
});

describe('the figures of a period', () => {
  it('add counts up by day and in all, and fill the days on which nothing happened', () => {
    const rows: ReportRow[] = [
      count('2026-03-01', 'conversation', '', 2),
      count('2026-03-01', 'state', 'completed', 5),
      count('2026-03-01', 'state', 'failed', 1),
      count('2026-03-03', 'state', 'completed', 1),
      count('2026-03-03', 'state', 'interrupted', 2),
      count('2026-03-03', 'state', 'cancelled', 1),
      count('2026-03-01', 'agent', 'writer', 2),
      count('2026-03-01', 'agent', 'analyst', 3),
      count('2026-03-03', 'agent', 'writer', 2),
      count('2026-03-03', 'failure', 'LLM_TIMEOUT', 3),
      count('2026-03-03', 'feedback', 'down', 4),
      { day: '2026-03-01', figure: 'first_token', p50: 0.12345, p95: 1 },
      { day: null, figure: 'first_token', p50: 0.2, p95: 2 },
      { day: null, figure: 'whole', p50: 3, p95: 4 },
    ];
    const { totals, by_day: byDay, agents, failures } = figuresOf(period, rows, prices);
    expect(totals).toEqual({
      conversations: 2,
      questions: 10,
      answers: 6,
      failed: 3,
      stopped: 1,
      feedback: { up: 0, down: 4 },
      time_to_first_token: { p50: 0.2, p95: 2 },
      time_to_end: { p50: 3, p95: 4 },
      input_tokens: 0,
      output_tokens: 0,
      cost: 0,
    });
    expect(byDay.map(({ day, questions }) => [day, questions])).toEqual([
      ['2026-03-01', 6],
      ['2026-03-02', 0],
      ['2026-03-03', 4],
    ]);
    expect(byDay[0]!.time_to_first_token).toEqual({ p50: 0.123, p95: 1 });
    expect(byDay[1]!.time_to_first_token).toEqual({ p50: null, p95: null });
    expect(agents).toEqual([
      { agent_name: 'writer', answers: 4 },
      { agent_name: 'analyst', answers: 3 },
    ]);
    expect(failures).toEqual([{ code: 'LLM_TIMEOUT', failures: 3 }]);
  });

  it('price tokens by the table, and say where it has no price', () => {
    const rows = [
      count('2026-03-01', 'model', 'a/mini', 1, [1_000_000, 500_000]),
      count('2026-03-02', 'model', 'b/vast/one', 1, [100, 0]),
      count('2026-03-03', 'model', 'a/mini', 1, [1, 0]),
      count('2026-03-03', 'model', 'c/other', 7, [5, 5]),
    ];
    const { totals, by_day: byDay, models, unpriced_models: unpriced } = figuresOf(period, rows, prices);
    expect(byDay.map(({ cost }) => cost)).toEqual([6, 0.001, null]);
    expect(totals).toMatchObject({ cost: null, input_tokens: 1_000_106, output_tokens: 500_005 });
    expect(unpriced).toEqual(['c/other']);
    expect(models).toEqual([
      { provider: 'c', model: 'other', answers: 7, input_tokens: 5, output_tokens: 5, cost: null },
      {
        provider: 'a',
        model: 'mini',
        answers: 2,
        input_tokens: 1_000_001,
        output_tokens: 500_000,
        cost: 6.000002,
      },
      { provider: 'b', model: 'vast/one', answers: 1, input_tokens: 100, output_tokens: 0, cost: 0.001 },
    ]);
  });
});

describe('MODEL_PRICES', () => {
  it.each([
    '{',
    '[]',
    '{"m":{"input":1}}',
    '{"m":{"input":-1,"output":1}}',
    '{"m":{"input":1,"output":1,"x":1}}',
  ])('refuses %s', (value) =>
    expect(() => parseEnv({ MODEL_PRICES: value })).toThrow('MODEL_PRICES: must be a JSON object'),
  );
});
