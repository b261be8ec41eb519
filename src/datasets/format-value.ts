import type { Cell } from '../common/parts/data-column.contract.js';
import type { ValueFormat } from '../common/parts/value-format.contract.js';

const NOTHING = '–';
const plain = new Intl.NumberFormat('en-US', { maximumFractionDigits: 6 });
const SI = ['', 'k', 'M', 'G', 'T', 'P'] as const;

/**
 * A value as text, in English and UTC. In: the value, the format of its column or channel, its unit.
 * Numbers without a format keep six decimals; what is missing is a dash.
 */
export function formatValue(value: Cell, format?: ValueFormat, unit?: string): string {
  if (value === null) return NOTHING;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return format?.includes('%') ? formatTime(value, format) : value;
  const text = formatNumber(value, format);
  return unit === undefined ? text : `${text} ${unit}`;
}

/** A difference with its sign: `+5`, `-5`, `0`. */
export function formatChange(value: number, format?: ValueFormat, unit?: string): string {
  return `${value > 0 ? '+' : ''}${formatValue(value, format, unit)}`;
}

function formatNumber(value: number, format: ValueFormat | undefined): string {
  const size = Math.abs(value);
  if (size >= 1e21) return String(value);
  if (format === '~s') return formatShort(value);
  const digits = format === undefined ? undefined : Number(/\.(\d)/.exec(format)?.[1] ?? 0);
  if (digits !== undefined) {
    const style = format?.endsWith('%') ? 'percent' : 'decimal';
    return new Intl.NumberFormat('en-US', {
      style,
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    }).format(value);
  }
  return size !== 0 && size < 1e-6 ? String(value) : plain.format(value);
}

function formatShort(value: number): string {
  const rounded = Number(value.toPrecision(3));
  const power = rounded === 0 ? 0 : Math.floor(Math.log10(Math.abs(rounded)) / 3 + 1e-12);
  const step = Math.min(Math.max(power, 0), SI.length - 1);
  return `${plain.format(Number((rounded / 1000 ** step).toPrecision(3)))}${SI[step]}`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function formatTime(time: string, format: ValueFormat): string {
  const parts: Readonly<Record<string, string>> = {
    '%Y': time.slice(0, 4),
    '%m': time.slice(5, 7),
    '%d': time.slice(8, 10),
    '%b': MONTHS[Number(time.slice(5, 7)) - 1] ?? '',
    '%H': time.slice(11, 13) || '00',
    '%M': time.slice(14, 16) || '00',
  };
  return format.replace(/%[YmdbHM]/g, (part) => parts[part] ?? part);
}
