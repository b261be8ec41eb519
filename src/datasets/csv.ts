import type { Cell, DataColumn } from '../common/parts/data-column.contract.js';

/** What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection), full-width forms included. */
const FORMULA = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/;
const NEEDS_QUOTES = /[",;\t\r\n]|^\s|\s$/;
/** Rows that are put together before they are sent. */
const CHUNK = 200;

/**
 * CSV (RFC 4180, UTF-8) with the labels as its first record, in pieces as the rows come. Text that a spreadsheet would
 * run as a formula gets a quote before it; numbers stay numbers, what is missing stays empty.
 */
export async function* toCsv(
  columns: readonly DataColumn[],
  rows: AsyncIterable<readonly Cell[]> | Iterable<readonly Cell[]>,
): AsyncGenerator<string> {
  let text = record(columns.map(({ label, unit }) => (unit ? `${label} (${unit})` : label)));
  let count = 0;
  for await (const row of rows) {
    text += record(row);
    count += 1;
    if (count % CHUNK === 0) {
      yield text;
      text = '';
    }
  }
  if (text) yield text;
}

function record(cells: readonly Cell[]): string {
  return `${cells.map(csvField).join(',')}\r\n`;
}

function csvField(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const safe = FORMULA.test(cell) ? `'${cell}` : cell;
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
