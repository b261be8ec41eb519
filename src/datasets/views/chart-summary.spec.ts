import {
  barOf,
  chartOf,
  ROWS,
  sampleDataset,
  sampleRow,
  type SampleRow,
  SUM,
} from '../../../test/support/datasets.js';

describe('the summary of a chart', () => {
  it.each<[string, object, readonly SampleRow[], string]>([
    [
      'names the largest and the smallest',
      barOf({ field: 'region' }, SUM),
      ROWS,
      'Bar chart of Sum of Amount (EUR) by Region, 2 values. Largest: 7.20 EUR (North). Smallest: 0.30 EUR (South). Left out for want of a value: 1 of 5 rows.',
    ],
    [
      'tells the change along time',
      {
        mark: 'line',
        encoding: { x: { field: 'day', timeUnit: 'yearmonth' }, y: { field: 'items', aggregate: 'sum' } },
      },
      ROWS,
      'Line chart of Sum of Items by Day, 3 values. Largest: 11 (Jan 2026). Smallest: 1 (Dec 2025). From 1 (Dec 2025) to 3 (Mar 2026), a change of +2 (+200%).',
    ],
    [
      'tells the change of every line',
      { mark: 'line', encoding: { x: { field: 'day' }, y: { field: 'items' }, color: { field: 'region' } } },
      [
        sampleRow('N', 1, '2026-01-01', 4),
        sampleRow('N', 1, '2026-01-02', 3),
        sampleRow('S', 1, '2026-01-02', 4),
        sampleRow('S', 1, '2026-01-01', 4),
      ],
      'Line chart of Items by Day and Region, 4 values. Largest: 4 (2026-01-01, N). Smallest: 3 (2026-01-02, N). N: from 4 (2026-01-01) to 3 (2026-01-02), a change of -1 (-25%). S: from 4 (2026-01-01) to 4 (2026-01-02), no change.',
    ],
    [
      'knows one value',
      barOf({ field: 'region' }, SUM),
      [sampleRow('N', 2)],
      'Bar chart of Sum of Amount (EUR) by Region, 1 value. It is 2.00 EUR (N).',
    ],
    [
      'knows equal values',
      barOf({ field: 'region' }, { aggregate: 'count' }),
      [sampleRow('N', 2), sampleRow('S', 3)],
      'Bar chart of Number of rows by Region, 2 values. All are 1.',
    ],
    [
      'has no share of nothing',
      { mark: 'line', encoding: { x: { field: 'day' }, y: { field: 'items' } } },
      [sampleRow('N', 1, '2026-01-01', 0), sampleRow('N', 1, '2026-01-02', 3)],
      'Line chart of Items by Day, 2 values. Largest: 3 (2026-01-02). Smallest: 0 (2026-01-01). From 0 (2026-01-01) to 3 (2026-01-02), a change of +3.',
    ],
    [
      'counts points without numbers',
      { mark: 'point', encoding: { x: { field: 'day' }, y: { field: 'region' } } },
      [sampleRow('N', 1)],
      'Scatter plot of Day and Region, 1 value.',
    ],
  ])('%s', (_name, spec, rows, summary) => expect(chartOf(spec, sampleDataset(rows)).summary).toBe(summary));
});
