import { CYCLES, type TimeUnit } from '../../common/parts/chart-spec.contract.js';
import type { ValueFormat } from '../../common/parts/value-format.contract.js';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

interface Unit {
  /** Whether it needs a time of day. */
  readonly ofDay?: true;
  /** How its values are written where nothing else is asked for. */
  readonly format?: ValueFormat;
  /** The values of a unit that repeats, in their order. Others sort by their text. */
  readonly values?: readonly string[];
  /** In: `YYYY-MM-DD` or ISO 8601 in UTC. Out: the period's beginning, or the name of the place in the cycle. */
  readonly of: (time: string) => string;
}

const monthOf = (time: string): number => Number(time.slice(5, 7)) - 1;
const two = (value: number): string => String(value).padStart(2, '0');

/** Units of time as Vega-Lite names them, all in UTC; the week begins on Monday. */
export const TIME_UNITS: Readonly<Record<TimeUnit, Unit>> = {
  year: { format: '%Y', of: (time) => `${time.slice(0, 4)}-01-01` },
  yearquarter: {
    format: '%b %Y',
    of: (time) => `${time.slice(0, 4)}-${two(Math.floor(monthOf(time) / 3) * 3 + 1)}-01`,
  },
  yearmonth: { format: '%b %Y', of: (time) => `${time.slice(0, 7)}-01` },
  yearmonthdate: { format: '%Y-%m-%d', of: (time) => time.slice(0, 10) },
  yearmonthdatehours: {
    ofDay: true,
    format: '%Y-%m-%d %H:%M',
    of: (time) => `${time.slice(0, 13)}:00:00.000Z`,
  },
  yearmonthdatehoursminutes: {
    ofDay: true,
    format: '%Y-%m-%d %H:%M',
    of: (time) => `${time.slice(0, 16)}:00.000Z`,
  },
  quarter: { values: ['Q1', 'Q2', 'Q3', 'Q4'], of: (time) => `Q${Math.floor(monthOf(time) / 3) + 1}` },
  month: { values: MONTHS, of: (time) => MONTHS[monthOf(time)] ?? '' },
  date: { values: numbered(31, 1), of: (time) => time.slice(8, 10) },
  day: {
    values: DAYS,
    of: (time) => DAYS[(new Date(`${time.slice(0, 10)}T00:00:00Z`).getUTCDay() + 6) % 7] ?? '',
  },
  hours: { ofDay: true, values: numbered(24, 0, ':00'), of: (time) => `${time.slice(11, 13)}:00` },
  minutes: { ofDay: true, values: numbered(60, 0), of: (time) => time.slice(14, 16) },
};

/** Whether a unit repeats: its values are names, not times. */
export function isCycle(unit: TimeUnit): boolean {
  return (CYCLES as readonly string[]).includes(unit);
}

function numbered(count: number, from: number, after = ''): string[] {
  return Array.from({ length: count }, (_, index) => `${two(index + from)}${after}`);
}
