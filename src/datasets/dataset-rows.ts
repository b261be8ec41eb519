import { z } from 'zod';
import { AppError } from '../common/errors/app-error.js';
import { type Cell, DataColumn, Label } from '../common/parts/data-column.contract.js';
import type { NewDataset } from './dataset.js';
import { KINDS } from './dataset-values.js';
import { DatasetErrors } from './datasets.errors.js';
import { MAX_BYTES, MAX_COLUMNS, MAX_ROWS } from './datasets.limits.js';

const Head = z.object({
  columns: z
    .array(DataColumn)
    .min(1)
    .refine((all) => new Set(all.map(({ key }) => key)).size === all.length, 'two columns have the same key'),
  source: Label,
  asOf: z.date(),
});

/** What was checked, as it is kept: `rows` is JSON, an array of arrays in the order of `columns`. */
export interface CheckedDataset {
  readonly columns: readonly DataColumn[];
  readonly rows: string;
  readonly total: number;
  readonly source: string;
  readonly asOf: Date;
}

/**
 * Checks a dataset from its columns to its last value and rebuilds it; nothing that was handed over is kept as it is.
 * Throws DATASET_INVALID or DATASET_TOO_LARGE, naming column and row.
 */
export function checkDataset(input: NewDataset): CheckedDataset {
  if (input.columns.length > MAX_COLUMNS)
    throw tooLarge(`${input.columns.length} columns`, `${MAX_COLUMNS} columns`);
  if (input.rows.length > MAX_ROWS) throw tooLarge(`${input.rows.length} rows`, `${MAX_ROWS} rows`);
  const { columns, source, asOf } = checkHead(input);
  const total = input.total ?? input.rows.length;
  if (!Number.isSafeInteger(total) || total < input.rows.length || total >= 2 ** 31)
    throw invalid('total must be a whole number, and not below the number of rows');
  const cells = input.rows.map((row, index) => toCells(columns, row, index));
  const rows = JSON.stringify(cells);
  const bytes = Buffer.byteLength(rows) + zerosIn(cells);
  if (bytes > MAX_BYTES) throw tooLarge(`${bytes} bytes`, `${MAX_BYTES} bytes`);
  return { columns, rows, total, source, asOf };
}

/** Digits that the database writes where JSON has an exponent: 1e300 comes back as 301 of them. */
function zerosIn(rows: readonly (readonly Cell[])[]): number {
  let zeros = 0;
  for (const cell of rows.flat()) {
    if (typeof cell === 'number' && cell !== 0) {
      const power = Math.abs(Math.log10(Math.abs(cell)));
      if (power > 6) zeros += Math.ceil(power);
    }
  }
  return zeros;
}

function checkHead(input: NewDataset): z.infer<typeof Head> {
  const head = Head.safeParse({ columns: input.columns, source: input.source, asOf: input.asOf });
  if (!head.success) {
    const [issue] = head.error.issues;
    throw invalid(`${issue?.path.join('.')}: ${issue?.message}`);
  }
  for (const { key, type, format } of head.data.columns) {
    if (format !== undefined && !KINDS[type].formats.includes(format))
      throw invalid(`the format ${format} of the column ${key} is not one for ${type}`);
  }
  return head.data;
}

function toCells(
  columns: readonly DataColumn[],
  row: Readonly<Record<string, unknown>>,
  index: number,
): Cell[] {
  if (row === null || typeof row !== 'object' || Array.isArray(row))
    throw invalid(`row ${index + 1} is no object`);
  const known = columns.filter(({ key }) => Object.hasOwn(row, key)).length;
  if (Object.keys(row).length !== known) {
    const keys = new Set(columns.map(({ key }) => key));
    const unknown = Object.keys(row).find((key) => !keys.has(key)) ?? '';
    throw invalid(`row ${index + 1} has a value ${JSON.stringify(unknown.slice(0, 64))}, which is no column`);
  }
  return columns.map(({ key, type }) => {
    const value = Object.hasOwn(row, key) ? row[key] : null;
    if (value === null || value === undefined) return null;
    const cell = KINDS[type].read(value);
    if (cell === undefined) throw invalid(`row ${index + 1}, column ${key}: must be ${KINDS[type].expected}`);
    return cell;
  });
}

function invalid(what: string): AppError {
  return new AppError(DatasetErrors.DATASET_INVALID, `These rows cannot be kept: ${what}.`);
}

function tooLarge(has: string, most: string): AppError {
  return new AppError(
    DatasetErrors.DATASET_TOO_LARGE,
    `The dataset has ${has}; at most ${most} are kept. Sum it up, or take fewer rows and say how many there are.`,
  );
}
