import { sampleDataset, sampleRow } from '../../../test/support/datasets.js';
import { TablePart } from '../../common/parts/answer-part.contract.js';
import type { Dataset } from '../dataset.js';
import { tableView } from './table-view.js';
import { TableView } from './view.contract.js';

const id = '019aa5c0-7d3e-7c1a-9f43-2b6d1f0e8a11';
const table = (view: object, from: Dataset = sampleDataset()): TablePart =>
  TablePart.parse(tableView(from, TableView.parse({ dataset_id: id, ...view })));

describe('a table of a dataset', () => {
  it('has its columns, rows, source and time', () => {
    const part = table({ columns: ['items', 'region'], limit: 2 });
    expect(part).toEqual({
      ...{ type: 'table', dataset_id: id, source: 'shop', as_of: '2026-11-22T00:00:00.000Z', total: 5 },
      columns: [
        { key: 'items', label: 'Items', type: 'integer', align: 'right' },
        { key: 'region', label: 'Region', type: 'text', align: 'left' },
      ],
      rows: [
        { items: 3, region: 'South' },
        { items: 1, region: 'North' },
      ],
    });
    expect(Object.keys(table({}).rows[0] ?? {})).toEqual(['region', 'amount', 'items', 'day', 'at', 'paid']);
  });

  it.each([
    [[{ field: 'amount' }], [0.1, 0.2, 0.2, 7, null]],
    [[{ field: 'amount', order: 'descending' }], [7, 0.2, 0.2, 0.1, null]],
    [
      [{ field: 'region' }, { field: 'items', order: 'descending' }],
      [7, 0.2, 0.1, 0.2, null],
    ],
    [[{ field: 'day' }], [0.2, 7, 0.2, null, 0.1]],
  ])('sorted by %j, what is missing last', (sort, amounts) => {
    expect(table({ sort }).rows.map(({ amount }) => amount)).toEqual(amounts);
  });

  it('sorts names as a person does', () => {
    const from = sampleDataset(['b10', 'B2', 'a', 'b2'].map((name) => sampleRow(name, 1)));
    expect(table({ sort: [{ field: 'region' }] }, from).rows.map(({ region }) => region)).toEqual([
      'a',
      'b2',
      'B2',
      'b10',
    ]);
  });

  it('is bounded in rows and bytes, and total tells what there is', () => {
    const short = sampleDataset(Array.from({ length: 300 }, (_, index) => sampleRow('x', index)));
    expect(table({}, short)).toMatchObject({ total: 300, rows: { length: 50 } });
    const long = sampleDataset(
      Array.from({ length: 300 }, () => sampleRow('🙂'.repeat(1000), 1)),
      { total: 9000 },
    );
    const part = table({ limit: 200 }, long);
    expect(Buffer.byteLength(JSON.stringify(part.rows))).toBeLessThan(140_000);
    expect(part.rows.length).toBeGreaterThan(50);
    expect(String(part.rows[0]?.['region']).isWellFormed()).toBe(true);
    expect(part.total).toBe(9000);
  });

  it('names the columns there are', () => {
    expect(() => table({ columns: ['town'] })).toThrow(/no column town\. The columns are region \(text\)/);
    expect(() => table({ sort: [{ field: 'town' }] })).toThrow(/no column town/);
  });
});
