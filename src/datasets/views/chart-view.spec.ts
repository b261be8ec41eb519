import {
  barOf,
  chartOf,
  COLUMNS,
  DATASET_ID,
  ROWS,
  sampleDataset,
  sampleRow,
  type SampleRow,
  SUM,
} from '../../../test/support/datasets.js';
import type { DataColumn } from '../../common/parts/data-column.contract.js';

describe('charts compute what they draw', () => {
  it('sums by group, exactly, and describes the rows as they are', () => {
    const part = chartOf(barOf({ field: 'region' }, SUM));
    expect(part.rows).toEqual([
      { region: 'South', sum_amount: 0.3 },
      { region: 'North', sum_amount: 7.2 },
    ]);
    expect(part).toMatchObject({
      dataset_id: DATASET_ID,
      source: 'shop',
      as_of: '2026-11-22T00:00:00.000Z',
      title: 'A chart',
    });
    expect(part.spec).toEqual({
      mark: 'bar',
      encoding: {
        x: { field: 'region', type: 'nominal', sort: null, title: 'Region' },
        y: {
          field: 'sum_amount',
          type: 'quantitative',
          title: 'Sum of Amount (EUR)',
          format: ',.2f',
          stack: null,
        },
      },
      data: { name: DATASET_ID },
    });
  });

  it.each([
    ['sum', 'items', [5, 6, 4]],
    ['mean', 'items', [2.5, 3, 4]],
    ['median', 'items', [2.5, 3, 4]],
    ['min', 'items', [2, 1, 4]],
    ['max', 'items', [3, 5, 4]],
    ['count', undefined, [2, 2, 1]],
    ['count', 'amount', [2, 2, 1]],
    ['distinct', 'day', [2, 2, 1]],
  ])('%s of %s', (aggregate, field, figures) => {
    const { rows, spec } = chartOf(barOf({ field: 'region' }, { aggregate, ...(field ? { field } : {}) }));
    expect(rows.map((drawn) => drawn[spec.encoding.y?.field ?? ''])).toEqual(figures);
  });

  it.each([
    ['year', ['2025-01-01', '2026-01-01'], '%Y'],
    ['yearquarter', ['2025-10-01', '2026-01-01'], '%b %Y'],
    ['yearmonth', ['2025-12-01', '2026-01-01', '2026-03-01'], '%b %Y'],
    ['yearmonthdate', ['2025-12-31', '2026-01-02', '2026-01-15', '2026-01-20', '2026-03-05'], '%Y-%m-%d'],
    [
      'yearmonthdatehours',
      ['2025-12-31T23', '2026-01-02T10', '2026-01-15T09', '2026-01-20T00', '2026-03-05T09'].map(
        (at) => `${at}:00:00.000Z`,
      ),
      '%Y-%m-%d %H:%M',
    ],
    [
      'yearmonthdatehoursminutes',
      ['2025-12-31T23', '2026-01-02T10', '2026-01-15T09', '2026-01-20T00', '2026-03-05T09'].map(
        (at) => `${at}:20:00.000Z`,
      ),
      '%Y-%m-%d %H:%M',
    ],
  ])('periods of %s in UTC, the earliest first', (timeUnit, periods, format) => {
    const part = chartOf({
      mark: 'line',
      encoding: { x: { field: 'at', timeUnit }, y: { aggregate: 'count' } },
    });
    expect(part.rows.map((drawn) => drawn[`${timeUnit}_at`])).toEqual(periods);
    expect(part.spec.encoding.x).toEqual({ field: `${timeUnit}_at`, type: 'temporal', title: 'At', format });
  });

  it.each([
    ['quarter', ['Q1', 'Q4']],
    ['month', ['Jan', 'Mar', 'Dec']],
    ['date', ['02', '05', '15', '20', '31']],
    ['day', ['Tue', 'Wed', 'Thu', 'Fri']],
    ['hours', ['00:00', '09:00', '10:00', '23:00']],
    ['minutes', ['20']],
  ])('places in the cycle of %s in their order, though asked to be temporal', (timeUnit, names) => {
    const part = chartOf(barOf({ field: 'at', timeUnit, type: 'temporal' }, { aggregate: 'count' }));
    expect(part.rows.map((drawn) => drawn[`${timeUnit}_at`])).toEqual(names);
    expect(part.spec.encoding.x).toMatchObject({ type: 'ordinal', sort: null });
  });

  it('every row where nothing is aggregated', () => {
    const part = chartOf({ mark: 'point', encoding: { x: { field: 'items' }, y: { field: 'amount' } } });
    expect(part.rows.map(({ items }) => items)).toEqual([1, 2, 3, 5]);
    expect(part.summary).toContain('Left out for want of a value: 1 of 5 rows.');
  });

  it('pies, heat maps, small charts side by side, and bars that lie', () => {
    const pie = chartOf({ mark: 'arc', encoding: { theta: SUM, color: { field: 'region' } } });
    expect(pie.rows).toEqual([
      { sum_amount: 0.3, region: 'South' },
      { sum_amount: 7.2, region: 'North' },
    ]);
    expect(pie.spec.encoding.theta).toMatchObject({ stack: 'zero' });
    const heat = chartOf({
      mark: 'rect',
      encoding: {
        x: { field: 'at', timeUnit: 'day' },
        y: { field: 'region' },
        color: { aggregate: 'count' },
      },
    });
    expect(heat.rows.map(Object.values)).toEqual([
      ['Tue', 'West', 1],
      ['Wed', 'North', 1],
      ['Thu', 'South', 2],
      ['Fri', 'North', 1],
    ]);
    const lying = chartOf(
      barOf({ aggregate: 'count' }, { field: 'region', sort: 'descending' }, { column: { field: 'paid' } }),
    );
    expect(lying.rows.map(({ region }) => region)).toEqual(['West', 'South', 'North']);
    expect(lying.spec.encoding.column).toMatchObject({ type: 'nominal', field: 'paid' });
  });

  it.each([
    [undefined, ['South', 'North', 'West']],
    [null, ['South', 'North', 'West']],
    ['ascending', ['North', 'South', 'West']],
    ['descending', ['West', 'South', 'North']],
    ['-y', ['North', 'South', 'West']],
    ['y', ['West', 'South', 'North']],
  ])('sort %p', (sort, names) => {
    const x = sort === undefined ? { field: 'region' } : { field: 'region', sort };
    const part = chartOf(barOf(x, { field: 'items', aggregate: 'sum' }));
    expect(part.rows.map(({ region }) => region)).toEqual(names);
    expect(part.spec.encoding.x?.sort).toBeNull();
  });

  it('times the other way round where that was asked for', () => {
    const part = chartOf(
      barOf({ field: 'day', timeUnit: 'year', sort: 'descending' }, { aggregate: 'count' }),
    );
    expect(part.rows.map(({ year_day }) => year_day)).toEqual(['2026-01-01', '2025-01-01']);
    expect(part.spec.encoding.x).toMatchObject({ sort: 'descending' });
  });

  it.each([
    ['bar', 'sum', 'zero'],
    ['bar', 'mean', null],
    ['area', 'count', 'zero'],
    ['line', 'sum', undefined],
  ])('%s of %s with colors stacks %p', (mark, aggregate, stack) => {
    const encoding = { x: { field: 'day' }, y: { field: 'items', aggregate }, color: { field: 'region' } };
    expect(chartOf({ mark, encoding }).spec.encoding.y?.stack).toBe(stack);
  });

  it('two figures of one column, and one field on two channels', () => {
    const encoding = {
      x: { ...SUM, aggregate: 'min' },
      y: { ...SUM, aggregate: 'max' },
      color: { field: 'region' },
    };
    const part = chartOf({ mark: 'point', encoding });
    expect(part.rows.map(Object.values)).toEqual([
      [0.1, 0.2, 'South'],
      [0.2, 7, 'North'],
    ]);
    const same = chartOf(barOf({ field: 'region' }, SUM, { color: { field: 'region' } }));
    expect(Object.keys(same.rows[0] ?? {})).toEqual(['region', 'sum_amount']);
    const columns: DataColumn[] = [...COLUMNS, { key: 'sum_amount', label: 'Other', type: 'text' }];
    const clash = sampleDataset([[...ROWS[0]!, 'x'] as never], { columns });
    expect(chartOf(barOf({ field: 'sum_amount' }, SUM), clash).rows).toEqual([
      { sum_amount: 'x', sum_amount_2: 0.1 },
    ]);
  });

  it('nothing from nothing', () => {
    const part = chartOf(barOf({ field: 'region' }, SUM), sampleDataset([]));
    expect(part).toMatchObject({
      rows: [],
      summary: 'Bar chart of Sum of Amount (EUR): there is nothing to draw.',
    });
  });
});

describe('charts are bounded, and say so', () => {
  const many = (count: number): SampleRow[] =>
    Array.from({ length: count }, (_, index) =>
      sampleRow(`r${index % 3}`, index, '2026-01-01', Math.floor(index / 3)),
    );

  it('to 1,000 marks, whole groups of them', () => {
    const encoding = { x: { field: 'items', type: 'ordinal' }, y: SUM, color: { field: 'region' } };
    const part = chartOf({ mark: 'bar', encoding }, sampleDataset(many(1800)));
    expect(part.rows).toHaveLength(999);
    expect(part.summary).toContain('Only the first 999 of 1,800 are drawn.');
  });

  it('to a size in bytes, with long names cut', () => {
    const rows = Array.from({ length: 500 }, (_, index) => sampleRow(`${index}${'é'.repeat(1000)}`, 1));
    const part = chartOf(barOf({ field: 'region' }, SUM), sampleDataset(rows));
    expect(Buffer.byteLength(JSON.stringify(part.rows))).toBeLessThan(140_000);
    expect(part.rows.length).toBeGreaterThan(100);
    expect(String(part.rows[0]?.['region'])).toHaveLength(300);
    expect(part.summary).toContain(`Only the first ${part.rows.length} of 500 are drawn.`);
  });

  it('to the rows that are at hand', () => {
    expect(chartOf(barOf({ field: 'region' }, SUM), sampleDataset(ROWS, { total: 9000 })).summary).toContain(
      'Computed from the first 5 of 9,000 rows.',
    );
  });
});
