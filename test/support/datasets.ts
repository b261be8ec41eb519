import { ChartPart } from '../../src/common/parts/answer-part.contract.js';
import type { DataColumn } from '../../src/common/parts/data-column.contract.js';
import type { Dataset } from '../../src/datasets/dataset.js';
import { chartView } from '../../src/datasets/views/chart-view.js';
import { ChartView } from '../../src/datasets/views/view.contract.js';

export const DATASET_ID = '019aa5c0-7d3e-7c1a-9f43-2b6d1f0e8a11';

/** A column of every type. */
export const COLUMNS: readonly DataColumn[] = [
  { key: 'region', label: 'Region', type: 'text' },
  { key: 'amount', label: 'Amount', type: 'number', unit: 'EUR', format: ',.2f' },
  { key: 'items', label: 'Items', type: 'integer' },
  { key: 'day', label: 'Day', type: 'date' },
  { key: 'at', label: 'At', type: 'datetime' },
  { key: 'paid', label: 'Paid', type: 'boolean' },
];

export type SampleRow = [
  region: string | null,
  amount: number | null,
  items: number | null,
  day: string | null,
  at: string | null,
  paid: boolean | null,
];

export function sampleRow(
  region: string | null,
  amount: number | null,
  day = '2026-01-01',
  items = 1,
  hour = '10',
): SampleRow {
  return [region, amount, items, day, `${day}T${hour}:20:30.000Z`, true];
}

export const ROWS: readonly SampleRow[] = [
  sampleRow('South', 0.1, '2026-03-05', 3, '09'),
  sampleRow('North', 0.2, '2025-12-31', 1, '23'),
  sampleRow('South', 0.2, '2026-01-15', 2, '09'),
  sampleRow('West', null, '2026-01-20', 4, '00'),
  sampleRow('North', 7, '2026-01-02', 5, '10'),
];

export function sampleDataset(rows: readonly SampleRow[] = ROWS, more: Partial<Dataset> = {}): Dataset {
  const asOf = new Date('2026-11-22T00:00:00Z');
  return { id: DATASET_ID, columns: COLUMNS, rows, total: rows.length, source: 'shop', asOf, ...more };
}

/** The chart of a spec as a client gets it, checked by the contract on its way in and out. */
export function chartOf(spec: object, from: Dataset = sampleDataset()): ChartPart {
  const view = ChartView.parse({ dataset_id: DATASET_ID, title: 'A chart', spec });
  return ChartPart.parse(chartView(from, view));
}

export const barOf = (x: object, y: object, more: object = {}): object => ({
  mark: 'bar',
  encoding: { x, y, ...more },
});

export const SUM = { field: 'amount', aggregate: 'sum' } as const;
