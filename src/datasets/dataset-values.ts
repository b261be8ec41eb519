import { cleanText } from '../common/clean-json.js';
import { NUMBER_FORMATS, TIME_FORMATS, type ValueFormat } from '../common/parts/value-format.contract.js';
import type { Cell, ColumnType } from '../common/parts/data-column.contract.js';
import { MAX_TEXT } from './datasets.limits.js';

interface Kind {
  /** What a value must be, for the error. */
  readonly expected: string;
  readonly formats: readonly ValueFormat[];
  /** Out: the value as it is stored; undefined where it does not fit. */
  readonly read: (value: unknown) => Cell | undefined;
}

const finite = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value + 0 : undefined;

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MOMENT = /^(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})$/;

/** Each type of column: what it takes, and how it is kept. */
export const KINDS: Readonly<Record<ColumnType, Kind>> = {
  text: {
    expected: `text of at most ${MAX_TEXT} characters`,
    formats: [],
    read: (value) => (typeof value === 'string' && value.length <= MAX_TEXT ? cleanText(value) : undefined),
  },
  number: { expected: 'a finite number', formats: NUMBER_FORMATS, read: finite },
  integer: {
    expected: 'a whole number of at most 2^53 - 1',
    formats: NUMBER_FORMATS,
    read: (value) => (Number.isSafeInteger(value) ? finite(value) : undefined),
  },
  boolean: {
    expected: 'true or false',
    formats: [],
    read: (value) => (typeof value === 'boolean' ? value : undefined),
  },
  date: {
    expected: 'a day as YYYY-MM-DD',
    formats: TIME_FORMATS,
    read: (value) => (typeof value === 'string' && isDay(value) ? value : undefined),
  },
  datetime: {
    expected: 'a Date, or ISO 8601 with Z or an offset',
    formats: TIME_FORMATS,
    read: (value) =>
      value instanceof Date ? isoOf(value) : typeof value === 'string' ? readMoment(value) : undefined,
  },
};

function isDay(text: string): boolean {
  return DAY.test(text) && isoOf(new Date(`${text}T00:00:00Z`))?.slice(0, 10) === text;
}

function readMoment(text: string): string | undefined {
  const day = MOMENT.exec(text)?.[1];
  return day !== undefined && isDay(day) ? isoOf(new Date(text.replace(' ', 'T'))) : undefined;
}

/** Out: ISO 8601 in UTC; undefined for an invalid time or a year of more than four digits. */
function isoOf(date: Date): string | undefined {
  if (Number.isNaN(date.getTime())) return undefined;
  const iso = date.toISOString();
  return iso.length === 24 ? iso : undefined;
}
