import type { DataPart } from '../client/wire.js';
import { chartColumns } from './chart-columns.js';
import { nextSorting, sortRows } from './sort-rows.js';

const rows = [
  { name: 'b10', amount: 2 },
  { name: 'b9', amount: null },
  { name: 'A1', amount: -1 },
];
const order = (key: string, way: 'ascending' | 'descending') =>
  sortRows(rows, { key, order: way }, 'en').map(({ name }) => name);

describe('sorting a table', () => {
  it('goes up, down and back to the order of the rows', () => {
    const up = nextSorting(null, 'name');
    expect(up).toEqual({ key: 'name', order: 'ascending' });
    const down = nextSorting(up, 'name');
    expect(down).toEqual({ key: 'name', order: 'descending' });
    expect(nextSorting(down, 'name')).toBeNull();
    expect(nextSorting(down, 'amount')).toEqual({ key: 'amount', order: 'ascending' });
    expect(sortRows(rows, null, 'en')).toBe(rows);
  });

  it('sorts numbers by size and text as a person would, what is missing last both ways', () => {
    expect(order('name', 'ascending')).toEqual(['A1', 'b9', 'b10']);
    expect(order('name', 'descending')).toEqual(['b10', 'b9', 'A1']);
    expect(order('amount', 'ascending')).toEqual(['A1', 'b10', 'b9']);
    expect(order('amount', 'descending')).toEqual(['b10', 'A1', 'b9']);
    expect(rows.map(({ name }) => name)).toEqual(['b10', 'b9', 'A1']);
  });
});

describe('the table of a chart', () => {
  it('has a column for each channel, named as its axis', () => {
    const part = {
      spec: {
        encoding: {
          x: { field: 'yearmonth_day', type: 'temporal', title: 'Day', format: '%b %Y' },
          y: { field: 'sum_amount', type: 'quantitative', title: 'Sum of Amount (EUR)' },
          color: { field: 'region', type: 'nominal' },
          column: { field: 'region', type: 'nominal' },
        },
      },
      rows: [{ yearmonth_day: '2026-01-01', sum_amount: 1, region: 'South' }],
    } as unknown as Extract<DataPart, { type: 'chart' }>;
    expect(chartColumns(part)).toEqual([
      { key: 'yearmonth_day', label: 'Day', type: 'date', format: '%b %Y' },
      { key: 'sum_amount', label: 'Sum of Amount (EUR)', type: 'number' },
      { key: 'region', label: 'region', type: 'text' },
    ]);
  });
});
