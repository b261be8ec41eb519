import type { Cell, DataRow } from '../client/wire.js';

export interface Sorting {
  readonly key: string;
  readonly order: 'ascending' | 'descending';
}

/** The next sorting when a heading is pressed: up, down, then the order in which the rows came. */
export function nextSorting(current: Sorting | null, key: string): Sorting | null {
  if (current?.key !== key) return { key, order: 'ascending' };
  return current.order === 'ascending' ? { key, order: 'descending' } : null;
}

/** In: rows and how to sort them. Out: a new list; what is missing comes last in both orders. */
export function sortRows(
  rows: readonly DataRow[],
  sorting: Sorting | null,
  locale: string | undefined,
): readonly DataRow[] {
  if (!sorting) return rows;
  const { key, order } = sorting;
  const collator = new Intl.Collator(locale, { numeric: true });
  const sign = order === 'ascending' ? 1 : -1;
  return [...rows].sort((a, b) => {
    const [one = null, other = null] = [a[key], b[key]];
    if (one === null || other === null) return Number(one === null) - Number(other === null);
    return sign * compare(one, other, collator);
  });
}

function compare(a: NonNullable<Cell>, b: NonNullable<Cell>, collator: Intl.Collator): number {
  return typeof a === 'string' && typeof b === 'string' ? collator.compare(a, b) : Number(a) - Number(b);
}
