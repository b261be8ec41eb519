import type { Cell, DataColumn } from '../client/wire.js';
import { t } from '../strings/strings.js';

type Format = NonNullable<DataColumn['format']>;
type Write = (value: number) => string;

const PLAIN: Intl.NumberFormatOptions = { maximumFractionDigits: 6 };
const SHORT: Intl.NumberFormatOptions = { notation: 'compact', maximumSignificantDigits: 3 };
/** Times are those of the rows, in UTC; a format of digits alone is written as it is. */
const TIMES: Readonly<Partial<Record<string, Intl.DateTimeFormatOptions>>> = {
  '%b %Y': { year: 'numeric', month: 'short' },
  '%b %d': { month: 'short', day: 'numeric' },
  date: { dateStyle: 'medium' },
  datetime: { dateStyle: 'medium', timeStyle: 'short' },
};
const CUT: Readonly<Partial<Record<string, readonly [number, number]>>> = {
  '%Y': [0, 4],
  '%Y-%m': [0, 7],
  '%Y-%m-%d': [0, 10],
  '%H:%M': [11, 16],
  '%Y-%m-%d %H:%M': [0, 16],
};

const writers = new Map<string, Write>();

/** Intl's objects are slow to make: each is made once. */
function writer(key: string, make: () => Write): Write {
  const known = writers.get(key) ?? make();
  writers.set(key, known);
  return known;
}

function numberWriter(options: Intl.NumberFormatOptions, locale: string | undefined): Write {
  return writer(`${locale} ${JSON.stringify(options)}`, () => {
    const intl = new Intl.NumberFormat(locale, options);
    return (value) => intl.format(value);
  });
}

function optionsOf(format: string): Intl.NumberFormatOptions {
  if (format === '~s') return SHORT;
  const digits = Number(/\.(\d)/.exec(format)?.[1] ?? 0);
  return {
    style: format.endsWith('%') ? 'percent' : 'decimal',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  };
}

/** A number as text. In: the value, the format of its column or channel, the locale. */
export function numberText(value: number, format: Format | undefined, locale: string | undefined): string {
  return numberWriter(format ? optionsOf(format) : PLAIN, locale)(value);
}

/** A number beside an axis: as short as its neighbours allow. */
export function tickText(value: number, format: Format | undefined, locale: string | undefined): string {
  if (format?.endsWith('%'))
    return numberWriter({ style: 'percent', maximumFractionDigits: 2 }, locale)(value);
  return numberWriter(Math.abs(value) >= 10_000 || format === '~s' ? SHORT : PLAIN, locale)(value);
}

/** One value that stands alone. */
export function metricText(value: number, locale: string | undefined): string {
  const options = Math.abs(value) >= 1 ? { maximumFractionDigits: 2 } : { maximumSignificantDigits: 3 };
  return numberWriter(options, locale)(value);
}

/** Any value as text. In: the value, the type and format of its column, the locale. */
export function cellText(
  value: Cell | undefined,
  { type, format }: Pick<DataColumn, 'type' | 'format'>,
  locale: string | undefined,
): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'boolean') return value ? t.yes : t.no;
  if (typeof value === 'number') return numberText(value, format, locale);
  return type === 'date' || type === 'datetime' ? timeText(value, format ?? type, locale) : value;
}

function timeText(value: string, format: string, locale: string | undefined): string {
  const cut = CUT[format];
  if (cut) return value.length === 10 && cut[1] > 10 ? value : value.slice(...cut).replace('T', ' ');
  const time = Date.parse(value);
  if (Number.isNaN(time)) return value;
  return writer(`${locale} ${format}`, () => {
    const intl = new Intl.DateTimeFormat(locale, { ...(TIMES[format] ?? TIMES.datetime), timeZone: 'UTC' });
    return (one) => intl.format(one);
  })(time);
}
