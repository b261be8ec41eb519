import type { AnalyticsReport, DayFigures } from '../../../../src/monitoring/analytics/report.contract.js';
import { chartColumns } from '../../figures/chart-columns.js';
import { plotOf } from '../../figures/plot.js';
import { chartsOf, type ChartPart } from './charts.js';
import { modelsOf } from './models.js';
import { dayOf, reportOf } from './testing/sample-report.js';

const chart = (
  days: DayFigures[],
  title: string,
  more: Partial<AnalyticsReport> = {},
): ChartPart | undefined =>
  chartsOf(reportOf(days, more), 'Platform', 'en-GB').find((one) => one.title === title)?.part;

const DAYS = [
  dayOf('2026-03-01', {
    questions: 4,
    answers: 3,
    stopped: 1,
    conversations: 2,
    input_tokens: 10,
    output_tokens: 5,
  }),
  dayOf('2026-03-02'),
  dayOf('2026-03-03', {
    questions: 6,
    answers: 4,
    failed: 2,
    cost: 0.5,
    time_to_first_token: { p50: 0.2, p95: 0.9 },
    time_to_end: { p50: 2, p95: 5 },
  }),
];

describe('chartsOf', () => {
  it('draws what became of questions, a row for every day and kind', () => {
    const part = chart(DAYS, 'Answers by day')!;
    expect(part.rows.map(({ day, series, count }) => `${day} ${series} ${count}`)).toEqual([
      '2026-03-01 Answered 3',
      '2026-03-01 Failed 0',
      '2026-03-01 Stopped 1',
      '2026-03-02 Answered 0',
      '2026-03-02 Failed 0',
      '2026-03-02 Stopped 0',
      '2026-03-03 Answered 4',
      '2026-03-03 Failed 2',
      '2026-03-03 Stopped 0',
    ]);
    const plot = plotOf(part.spec, part.rows)!;
    expect(plot).toMatchObject({ kind: 'bar', upright: true, stacked: true, extent: [0, 6] });
    expect(plot.series).toEqual(['Answered', 'Failed', 'Stopped']);
    expect(part.summary).toBe('7 answered, 2 failed, 1 stopped. Most on 3 Mar: 6.');
    expect(chartColumns(part).map(({ label, type }) => [label, type])).toEqual([
      ['Day (UTC)', 'date'],
      ['Questions', 'number'],
      ['Outcome', 'text'],
    ]);
  });

  it('keeps the place of days without times, and never takes them for 0', () => {
    const part = chart(DAYS, 'Time to first text')!;
    const plot = plotOf(part.spec, part.rows)!;
    expect(plot).toMatchObject({ kind: 'line', extent: [0, 0.9], places: DAYS.map(({ day }) => day) });
    expect(plot.facets[0]!.marks.map(({ place, to }) => [place, to])).toEqual([
      ['2026-03-03', 0.2],
      ['2026-03-03', 0.9],
    ]);
    expect(part.summary).toContain('Slowest on 3 Mar: 95 % within 0.9\u00a0s.');
  });

  it('tells unknown costs from none', () => {
    const unknown = [...DAYS.slice(0, 1).map((day) => ({ ...day, cost: null })), ...DAYS.slice(1)];
    const part = chart(unknown, 'Cost by day', { currency: 'EUR' })!;
    expect(part.rows).toEqual([
      { day: '2026-03-01', cost: null },
      { day: '2026-03-02', cost: 0 },
      { day: '2026-03-03', cost: 0.5 },
    ]);
    expect(part.summary).toBe('€0.50 in all. Most on 3 Mar: €0.50. Days whose cost is not known: 1.');
  });

  it('has the busiest agents and the commonest failures as bars to the right', () => {
    const more = {
      agents: [{ agent_name: 'campaign_optimizer', answers: 7 }],
      failures: [{ code: 'LLM_TIMEOUT', failures: 2 }],
    };
    const agents = chart(DAYS, 'Answers by agent', more)!;
    expect(agents.rows).toEqual([{ name: 'campaign optimizer', count: 7 }]);
    expect(plotOf(agents.spec, agents.rows)).toMatchObject({ upright: false, extent: [0, 7] });
    expect(chart(DAYS, 'Failures by reason', more)!.summary).toBe('Most often LLM_TIMEOUT: 2.');
  });

  it('has no chart where there is nothing to draw, and says what is missing', () => {
    const drawn = chartsOf(reportOf([dayOf('2026-03-01'), dayOf('2026-03-02')]), 'Platform', 'en');
    expect(drawn).toHaveLength(8);
    for (const { part, nothing } of drawn)
      expect([part, nothing]).toEqual([undefined, expect.stringMatching(/\.$/)]);
  });

  it('says whether nothing was spent or nobody knows', () => {
    const said = (unpriced_models: string[]) =>
      chartsOf(reportOf(DAYS.slice(1, 2), { unpriced_models }), 'Platform', 'en').find(
        ({ title }) => title === 'Cost by day',
      )!.nothing;
    expect([said([]), said(['x'])]).toEqual([
      'No model cost anything in this period.',
      'No cost is known: set the prices of models in MODEL_PRICES.',
    ]);
  });

  it('gives each chart a name of its own for its file', () => {
    const names = chartsOf(reportOf(DAYS), 'Platform', 'en').flatMap(({ part }) => part?.dataset_id ?? []);
    expect(names[0]).toBe('answers-by-day_2026-03-01_2026-03-03');
    expect(new Set(names).size).toBe(names.length);
  });
});

it('shows what models did as a table, unknown costs as unknown', () => {
  const { columns, rows } = modelsOf(
    reportOf(DAYS, {
      models: [{ provider: null, model: null, answers: 2, input_tokens: 1, output_tokens: 3, cost: null }],
    }),
    'Platform',
  );
  expect(rows).toEqual([
    { model: 'without a model', provider: null, answers: 2, input: 1, output: 3, cost: null },
  ]);
  expect(columns.map(({ key }) => key)).toEqual(Object.keys(rows[0]!));
});
