import { z } from 'zod';
import { SafeText } from '../safe-text.js';
import { ValueFormat } from './value-format.contract.js';

export const ColumnType = z.enum(['text', 'number', 'integer', 'boolean', 'date', 'datetime']);
export type ColumnType = z.infer<typeof ColumnType>;

/**
 * The name of a column in rows and charts. Begins with a letter and has no dot or bracket, which Vega-Lite would read
 * as a path; names that every object inherits are none.
 */
export const ColumnKey = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, 'must be a letter, then at most 63 letters, digits or _')
  .refine(
    (key) => !(key in Object.prototype) && key !== 'prototype',
    'is a name that objects use themselves',
  );

export const MAX_LABEL = 200;

/** One line of text. */
export const Label = SafeText.trim()
  .min(1)
  .max(MAX_LABEL)
  .refine((text) => !/[\u0000-\u001f\u007f\u2028\u2029]/.test(text), 'must be one line of text');

export const DataColumn = z
  .strictObject({
    key: ColumnKey,
    label: Label,
    type: ColumnType.describe('date is YYYY-MM-DD; datetime is ISO 8601 in UTC.'),
    format: ValueFormat.optional(),
    unit: Label.max(40).optional(),
  })
  .meta({ id: 'DataColumn' });
export type DataColumn = z.infer<typeof DataColumn>;

/** One value of a row. Numbers are finite; integers are exact, up to 2^53 - 1. */
export const Cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);
export type Cell = z.infer<typeof Cell>;

export const DataRow = z
  .record(z.string(), Cell)
  .meta({ id: 'DataRow', description: 'Column key to value.' });
export type DataRow = z.infer<typeof DataRow>;
