import type {
  AnalyticsReport,
  DayFigures,
  Totals,
} from '../../../../../src/monitoring/analytics/report.contract.js';

const NONE: Totals = {
  conversations: 0,
  questions: 0,
  answers: 0,
  failed: 0,
  stopped: 0,
  feedback: { up: 0, down: 0 },
  time_to_first_token: { p50: null, p95: null },
  time_to_end: { p50: null, p95: null },
  input_tokens: 0,
  output_tokens: 0,
  cost: 0,
};

/** A day on which nothing happened but what is given. */
export const dayOf = (day: string, figures: Partial<Totals> = {}): DayFigures => ({
  ...NONE,
  ...figures,
  day,
});

/** A report of days, with totals of nothing unless they are given. */
export const reportOf = (days: DayFigures[], more: Partial<AnalyticsReport> = {}): AnalyticsReport => ({
  scope: 'platform',
  from: days[0]!.day,
  to: days.at(-1)!.day,
  as_of: '2026-03-04T10:00:00.000Z',
  currency: 'USD',
  unpriced_models: [],
  totals: NONE,
  by_day: days,
  agents: [],
  failures: [],
  models: [],
  ...more,
});

export const totalsOf = (figures: Partial<Totals>): Totals => ({ ...NONE, ...figures });
