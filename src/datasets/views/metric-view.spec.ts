import { sampleDataset, sampleRow } from '../../../test/support/datasets.js';
import { MetricPart } from '../../common/parts/answer-part.contract.js';
import type { Dataset } from '../dataset.js';
import { metricView } from './metric-view.js';
import { MetricView } from './view.contract.js';

const id = '019aa5c0-7d3e-7c1a-9f43-2b6d1f0e8a11';
const metric = (view: object, from: Dataset = sampleDataset()): MetricPart =>
  MetricPart.parse(metricView(from, MetricView.parse({ dataset_id: id, ...view })));

describe('a metric of a dataset', () => {
  it('is an aggregate, with unit, source and time', () => {
    expect(metric({ field: 'amount', aggregate: 'sum' })).toEqual({
      ...{ type: 'metric', dataset_id: id, source: 'shop', as_of: '2026-11-22T00:00:00.000Z' },
      ...{ label: 'Sum of Amount', value: 7.5, unit: 'EUR' },
    });
    expect(metric({ aggregate: 'count', label: 'Orders' })).toMatchObject({ label: 'Orders', value: 5 });
    expect(metric({ field: 'region', aggregate: 'distinct' })).toMatchObject({
      label: 'Number of different Region',
      value: 3,
    });
  });

  it('is the value of one row, and its change', () => {
    expect(metric({ field: 'items', row: 'first' })).toMatchObject({ label: 'Items', value: 3 });
    expect(metric({ field: 'amount', row: 'last', compare_to: 'first' })).toMatchObject({
      value: 7,
      change: 6.9,
    });
    expect(metric({ field: 'items', row: 'last', compare_to: 'previous' })).toMatchObject({
      value: 5,
      change: 1,
    });
    expect(metric({ field: 'items' }, sampleDataset([sampleRow('N', 1)]))).toMatchObject({ value: 1 });
  });

  it('has no change against nothing', () => {
    expect(metric({ field: 'amount', row: 'last', compare_to: 'previous' })).not.toHaveProperty('change');
    const alone = metric(
      { field: 'items', row: 'last', compare_to: 'first' },
      sampleDataset([sampleRow('N', 1)]),
    );
    expect(alone).not.toHaveProperty('change');
  });

  it.each<[string, object, RegExp]>([
    ['an aggregate and a row', { field: 'items', aggregate: 'sum', row: 'first' }, /not both/],
    ['a comparison of all', { field: 'items', aggregate: 'sum', compare_to: 'first' }, /needs row "last"/],
    ['many rows', { field: 'items' }, /5 rows: give an aggregate/],
    ['nothing', {}, /columns are region/],
    ['an unknown field', { field: 'x', aggregate: 'sum' }, /columns are region/],
    ['text', { field: 'region', row: 'first' }, /region is text/],
    ['a time', { field: 'day', aggregate: 'max' }, /not a time/],
    ['a sum of text', { field: 'region', aggregate: 'sum' }, /needs a column of numbers/],
  ])('refuses %s', (_name, view, message) => {
    expect(() => metric(view)).toThrow(message);
    expect(() => metric(view)).toThrow(/^DATASET_VIEW_INVALID/);
  });

  it('refuses figures of rows that are not there', () => {
    expect(() => metric({ field: 'amount', row: 'first' }, sampleDataset([sampleRow('N', null)]))).toThrow(
      /no value/,
    );
    expect(() => metric({ field: 'amount', aggregate: 'sum' }, sampleDataset([]))).toThrow(/no value/);
    for (const view of [{ aggregate: 'count' }, { field: 'items', row: 'last' }]) {
      expect(() => metric(view, sampleDataset(undefined, { total: 9 }))).toThrow(
        /Only the first 5 of 9 rows/,
      );
    }
    expect(metric({ field: 'items', row: 'first' }, sampleDataset(undefined, { total: 9 })).value).toBe(3);
  });
});
