import { z } from 'zod';
import { DataColumn, DataRow } from '../common/parts/data-column.contract.js';
import { DEFAULT_PAGE_ROWS, MAX_PAGE_ROWS, MAX_ROWS } from './datasets.limits.js';

export const DatasetId = z.uuid();

export const DatasetQuery = z
  .strictObject({
    format: z.enum(['json', 'csv']).default('json').describe('csv: all rows as a file.'),
    limit: z.coerce
      .number()
      .int()
      .min(1)
      .max(MAX_PAGE_ROWS)
      .optional()
      .describe(`Default ${DEFAULT_PAGE_ROWS}.`),
    offset: z.coerce
      .number()
      .int()
      .min(0)
      .max(MAX_ROWS)
      .optional()
      .describe('next_offset of the page before.'),
  })
  .refine(({ format, limit, offset }) => format === 'json' || (limit ?? offset) === undefined, {
    path: ['format'],
    error: 'csv has all rows: leave limit and offset out',
  });
export type DatasetQuery = z.infer<typeof DatasetQuery>;

export const DatasetPage = z
  .object({
    dataset_id: DatasetId,
    columns: z.array(DataColumn),
    rows: z.array(DataRow),
    offset: z.int().describe('Place of the first of these rows.'),
    next_offset: z.int().optional().describe('Where the next page begins; absent on the last.'),
    row_count: z.int().describe('Rows that are kept.'),
    total: z.int().describe('Rows that the source had; more than row_count where only the first were kept.'),
    source: z.string(),
    as_of: z.iso.datetime(),
  })
  .meta({ id: 'DatasetPage' });
export type DatasetPage = z.infer<typeof DatasetPage>;

export const DATASET_PAGE_EXAMPLE: DatasetPage = {
  dataset_id: '019aa5c0-7d3e-7c1a-9f43-2b6d1f0e8a11',
  columns: [
    { key: 'day', label: 'Day', type: 'date' },
    { key: 'questions', label: 'Questions', type: 'integer' },
  ],
  rows: [
    { day: '2026-11-20', questions: 41 },
    { day: '2026-11-21', questions: 38 },
  ],
  offset: 0,
  next_offset: 2,
  row_count: 30,
  total: 30,
  source: 'usage ledger',
  as_of: '2026-11-22T08:00:00.000Z',
};
