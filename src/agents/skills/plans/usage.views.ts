import { chart, metric, type PlannedView, table } from './skill-plan.js';

const day = { field: 'day', type: 'temporal' };

/** What is shown of a usage tool, whatever its scope. */
export const USAGE_VIEWS: readonly PlannedView[] = [
  metric('by_day', 'Questions in the last 30 days', { field: 'questions', aggregate: 'sum' }),
  metric('by_day', 'Tokens written in the last 30 days', { field: 'output_tokens', aggregate: 'sum' }),
  table('totals'),
  chart('by_day', 'Questions by day', 'bar', { x: day, y: { field: 'questions' } }),
  table('by_engine'),
];
