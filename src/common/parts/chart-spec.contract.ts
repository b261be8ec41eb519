import { z } from 'zod';
import { ColumnKey, Label } from './data-column.contract.js';
import { ValueFormat } from './value-format.contract.js';

export const MARKS = ['bar', 'line', 'area', 'point', 'arc', 'rect'] as const;
export const CHANNELS = ['x', 'y', 'color', 'theta', 'column'] as const;
export const FIELD_TYPES = ['quantitative', 'temporal', 'ordinal', 'nominal'] as const;
export const AGGREGATES = ['sum', 'mean', 'median', 'min', 'max', 'count', 'distinct'] as const;
/** Beginnings of periods; the other units of Vega-Lite repeat (every January is one `month`). */
export const PERIODS = [
  'year',
  'yearquarter',
  'yearmonth',
  'yearmonthdate',
  'yearmonthdatehours',
  'yearmonthdatehoursminutes',
] as const;
export const CYCLES = ['quarter', 'month', 'date', 'day', 'hours', 'minutes'] as const;
export const SORTS = ['ascending', 'descending', 'x', '-x', 'y', '-y', 'theta', '-theta'] as const;
export const STACKS = ['zero', 'normalize'] as const;

export const Mark = z.enum(MARKS);
export type Mark = z.infer<typeof Mark>;
export type Channel = (typeof CHANNELS)[number];
export const FieldType = z.enum(FIELD_TYPES);
export type FieldType = z.infer<typeof FieldType>;
export const Aggregate = z.enum(AGGREGATES);
export type Aggregate = z.infer<typeof Aggregate>;
export const TimeUnit = z.enum([...PERIODS, ...CYCLES]);
export type TimeUnit = z.infer<typeof TimeUnit>;

export const ChannelSpec = z.strictObject({
  field: ColumnKey.optional().describe('The key of a column. Only a count needs none.'),
  type: FieldType.optional().describe('Taken from the column where it is left out.'),
  aggregate: Aggregate.optional(),
  timeUnit: TimeUnit.optional().describe('In UTC.'),
  sort: z.enum(SORTS).nullable().optional().describe('null: the order of the rows.'),
  stack: z.enum(STACKS).nullable().optional(),
  title: Label.optional(),
  format: ValueFormat.optional(),
});
export type ChannelSpec = z.infer<typeof ChannelSpec>;

const channel = ChannelSpec.optional();

export const Encoding = z.strictObject({
  x: channel,
  y: channel,
  color: channel,
  theta: channel,
  column: channel,
});
export type Encoding = z.infer<typeof Encoding>;

/**
 * The subset of Vega-Lite that charts are made of. Nothing in it can name an address, hold rows, or compute:
 * an unknown key is refused, and parsing builds a new object.
 */
export const ChartSpec = z
  .strictObject({
    mark: Mark,
    encoding: Encoding,
    data: z.strictObject({ name: z.uuid().describe('The id of the dataset.') }),
  })
  .meta({
    id: 'ChartSpec',
    description:
      'A subset of Vega-Lite. In a part it describes `rows` as they are: every `field` is a key of them, and what was aggregated is aggregated.',
  });
export type ChartSpec = z.infer<typeof ChartSpec>;
