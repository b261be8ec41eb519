import { validationError } from '../../common/errors/validation.js';
import { MOST_DAYS, type ReportQuery, USUAL_DAYS } from './report.contract.js';

const DAY_MS = 86_400_000;

/** Whole days in UTC, YYYY-MM-DD, both included. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

const toDay = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** In: the days that were asked for, and now. Out: the period. Throws VALIDATION_FAILED for one that is none. */
export function periodOf({ from, to }: Pick<ReportQuery, 'from' | 'to'>, now: Date): Period {
  const last = to ?? toDay(now.getTime());
  const first = from ?? toDay(Date.parse(last) - (USUAL_DAYS - 1) * DAY_MS);
  const days = (Date.parse(last) - Date.parse(first)) / DAY_MS + 1;
  if (days < 1) throw validationError([{ path: ['from'], message: 'must not be after to' }]);
  if (days > MOST_DAYS)
    throw validationError([{ path: ['from'], message: `must be at most ${MOST_DAYS} days before to` }]);
  return { from: first, to: last };
}

/** Every day of a period, the first one first. */
export function daysOf({ from, to }: Period): string[] {
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  return Array.from({ length: days }, (_, index) => toDay(Date.parse(from) + index * DAY_MS));
}
