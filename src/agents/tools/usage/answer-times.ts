import type { NewFigures } from '../../../datasets/figures.service.js';
import type { AnswerTimesAt, Read } from '../../../monitoring/analytics/analytics.contract.js';
import { column, figuresOf, rounded } from '../tool-figures.js';

const seconds = { unit: 's', format: ',.2f' } as const;
const TIMES = [
  column('answers', 'Answers', 'integer'),
  column('first_p50', 'First text (median)', 'number', seconds),
  column('first_p95', 'First text (p95)', 'number', seconds),
  column('whole_p50', 'Whole answer (median)', 'number', seconds),
  column('whole_p95', 'Whole answer (p95)', 'number', seconds),
];

/** Times of answers as figures, by the hour or the day. */
export function answerTimesOf({ asOf, rows }: Read<AnswerTimesAt>, unit: 'hour' | 'day'): NewFigures {
  const first =
    unit === 'hour'
      ? column('at', 'Hour', 'datetime', { format: '%Y-%m-%d %H:%M' })
      : column('at', 'Day', 'date');
  return figuresOf(
    'usage ledger',
    asOf,
    [first, ...TIMES],
    rows.map(({ at, answers, ...times }) => ({
      at: unit === 'hour' ? at : at.toISOString().slice(0, 10),
      answers,
      ...Object.fromEntries(Object.entries(times).map(([key, value]) => [key, rounded(value, 3)])),
    })),
  );
}
