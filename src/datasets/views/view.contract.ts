import { z } from 'zod';
import { Aggregate, Encoding, Mark } from '../../common/parts/chart-spec.contract.js';
import { ColumnKey, Label } from '../../common/parts/data-column.contract.js';
import { DEFAULT_TABLE_ROWS, MAX_COLUMNS, MAX_TABLE_ROWS } from '../datasets.limits.js';

const dataset = { dataset_id: z.uuid().describe('The id that the tool with the figures gave.') };

export const TableView = z.strictObject({
  ...dataset,
  columns: z.array(ColumnKey).min(1).max(MAX_COLUMNS).optional().describe('Keys; all columns by default.'),
  sort: z
    .array(
      z.strictObject({ field: ColumnKey, order: z.enum(['ascending', 'descending']).default('ascending') }),
    )
    .max(4)
    .optional()
    .describe('By the first, then by the next; by default the order of the dataset.'),
  limit: z.int().min(1).max(MAX_TABLE_ROWS).default(DEFAULT_TABLE_ROWS),
});
export type TableView = z.infer<typeof TableView>;

/** What a chart is asked for: a ChartSpec, whose dataset may be left out because the view names it. */
export const ChartView = z.strictObject({
  ...dataset,
  title: Label.describe('What the chart shows, without figures.'),
  spec: z.strictObject({
    mark: Mark,
    encoding: Encoding.describe(
      'bar, line, area: x and y. point: x, y. arc: theta, color. rect: x, y, color. column: small charts side by side.',
    ),
    data: z.strictObject({ name: z.uuid() }).optional(),
  }),
});
export type ChartView = z.infer<typeof ChartView>;

export const MetricView = z.strictObject({
  ...dataset,
  label: Label.optional(),
  field: ColumnKey.optional().describe('The key of a column of numbers; only a count needs none.'),
  aggregate: Aggregate.optional(),
  row: z.enum(['first', 'last']).optional().describe('Instead of an aggregate: the value of one row.'),
  compare_to: z
    .enum(['previous', 'first'])
    .optional()
    .describe('With row last: the change against the row before, or against the first.'),
});
export type MetricView = z.infer<typeof MetricView>;
