import type { Aggregate } from '../../common/parts/chart-spec.contract.js';
import type { Cell, DataColumn } from '../../common/parts/data-column.contract.js';
import { meanOf, medianOf, sumOf } from './exact-number.js';
import { isNumeric, isTime, viewError } from './view-columns.js';

interface Measure {
  /** Before the label of the column. */
  readonly title: string;
  readonly fits: (column: DataColumn) => boolean;
  readonly needs: string;
  /** Whether the result is in the unit of the column. */
  readonly keepsUnit: boolean;
  /** Whether results of parts may be added up: what is stacked must be. */
  readonly additive: boolean;
  /** In: the values that are there. Out: null where there is none to speak of. */
  readonly compute: (values: readonly Cell[], rows: number) => Cell;
}

const ofNumbers =
  (compute: (values: readonly number[]) => number) =>
  (values: readonly Cell[]): Cell =>
    values.length === 0 ? null : finite(compute(values as readonly number[]));

const numbers = { fits: isNumeric, needs: 'a column of numbers', keepsUnit: true };
const anything = { fits: () => true, needs: 'a column', keepsUnit: false };
const ordered = {
  fits: (column: DataColumn) => isNumeric(column) || isTime(column),
  needs: 'a column of numbers or times',
  keepsUnit: true,
  additive: false,
};

/** The lowest (`sign` 1) or highest (-1). Stored dates and datetimes have one length each: their text sorts as they do. */
const extreme =
  (sign: 1 | -1) =>
  (values: readonly Cell[]): Cell =>
    values.reduce<Cell>(
      (best, value) => (best === null || (value! < best ? 1 : -1) === sign ? value : best),
      null,
    );

/** Every aggregate of Vega-Lite that charts and metrics take. `count` counts rows, also those without a value. */
export const MEASURES: Readonly<Record<Aggregate, Measure>> = {
  sum: { ...numbers, title: 'Sum of', additive: true, compute: ofNumbers(sumOf) },
  mean: { ...numbers, title: 'Average of', additive: false, compute: ofNumbers(meanOf) },
  median: { ...numbers, title: 'Median of', additive: false, compute: ofNumbers(medianOf) },
  min: { ...ordered, title: 'Lowest', compute: extreme(1) },
  max: { ...ordered, title: 'Highest', compute: extreme(-1) },
  count: { ...anything, title: 'Number of rows', additive: true, compute: (_values, rows) => rows },
  distinct: {
    ...anything,
    title: 'Number of different',
    additive: false,
    compute: (values) => new Set(values).size,
  },
};

/** Throws DATASET_VIEW_INVALID where the column does not fit the aggregate. */
export function checkMeasure(aggregate: Aggregate, column: DataColumn | undefined): void {
  const { fits, needs } = MEASURES[aggregate];
  if (!column && aggregate !== 'count') throw viewError(`The aggregate ${aggregate} needs a field.`);
  if (column && !fits(column))
    throw viewError(`The aggregate ${aggregate} needs ${needs}; ${column.key} is ${column.type}.`);
}

/** In: the values of a group, missing ones as null. Out: the aggregate of those that are there. */
export function measure(aggregate: Aggregate, values: readonly Cell[]): Cell {
  return MEASURES[aggregate].compute(
    values.filter((value) => value !== null),
    values.length,
  );
}

/** Out: what an aggregate of a column is called, without its unit. */
export function measureTitle(aggregate: Aggregate, column: DataColumn | undefined): string {
  const { title } = MEASURES[aggregate];
  return column && aggregate !== 'count' ? `${title} ${column.label}`.slice(0, 200) : title;
}

function finite(value: number): number {
  if (!Number.isFinite(value)) throw viewError('The result is larger than any number that can be shown.');
  return value;
}
