import { AppError } from '../../common/errors/app-error.js';
import type { Cell, DataColumn, DataRow } from '../../common/parts/data-column.contract.js';
import type { Dataset } from '../dataset.js';
import { DatasetErrors } from '../datasets.errors.js';
import { MAX_PART_BYTES, MAX_SHOWN_TEXT } from '../datasets.limits.js';

/** A refused view. In: a sentence that says what would be right. */
export function viewError(detail: string): AppError {
  return new AppError(DatasetErrors.DATASET_VIEW_INVALID, detail);
}

/** Out: the columns as a person or a model reads them: `amount (number, EUR), day (date)`. */
export function describeColumns(columns: readonly DataColumn[]): string {
  return columns.map(({ key, type, unit }) => `${key} (${unit ? `${type}, ${unit}` : type})`).join(', ');
}

/** Out: the place of a column and the column. Throws DATASET_VIEW_INVALID, which names the columns there are. */
export function columnOf(dataset: Dataset, field: string): { index: number; column: DataColumn } {
  const index = dataset.columns.findIndex(({ key }) => key === field);
  const column = dataset.columns[index];
  if (!column)
    throw viewError(`There is no column ${field}. The columns are ${describeColumns(dataset.columns)}.`);
  return { index, column };
}

export function isNumeric(column: DataColumn): boolean {
  return column.type === 'number' || column.type === 'integer';
}

export function isTime(column: DataColumn): boolean {
  return column.type === 'date' || column.type === 'datetime';
}

/** Where a part's figures come from. */
export function sourceOf(dataset: Dataset): { dataset_id: string; source: string; as_of: string } {
  return { dataset_id: dataset.id, source: dataset.source, as_of: dataset.asOf.toISOString() };
}

const collator = new Intl.Collator('en', { numeric: true });

/** Orders values: numbers by size, text as a person would (2 before 10), false before true, nothing last. */
export function compareCells(a: Cell, b: Cell): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  if (typeof a === 'string' && typeof b === 'string') return collator.compare(a, b);
  return Number(a) - Number(b);
}

/** In: rows of a part in order, and how many may be shown. Out: as many of the first as fit; long texts end in an ellipsis. */
export function fittingRows(rows: readonly DataRow[], most: number): DataRow[] {
  const fitting: DataRow[] = [];
  let bytes = 0;
  for (const row of rows.slice(0, most)) {
    const shown = Object.fromEntries(Object.entries(row).map(([key, value]) => [key, shortened(value)]));
    bytes += Buffer.byteLength(JSON.stringify(shown)) + 1;
    if (bytes > MAX_PART_BYTES) break;
    fitting.push(shown);
  }
  return fitting;
}

function shortened(value: Cell): Cell {
  return typeof value === 'string' && value.length > MAX_SHOWN_TEXT
    ? `${value.slice(0, MAX_SHOWN_TEXT - 1).toWellFormed()}…`
    : value;
}
