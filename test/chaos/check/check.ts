import type { Entry } from '../record/entries.js';
import type { Rows } from '../record/rows.js';
import { checkAcknowledged, checkDuplicates, checkModelCalls } from './accepted.js';
import { type Facts, factsOf, type Limits, PROMISED, type Violation } from './facts.js';
import { checkDrains, checkStops, checkTakeovers } from './nodes.js';
import { checkOrder } from './order.js';
import { checkContent, checkOutcomes } from './outcomes.js';
import { checkShown } from './shown.js';
import { checkSteps } from './steps.js';

const CHECKS: readonly ((facts: Facts) => Violation[])[] = [
  checkAcknowledged,
  checkDuplicates,
  checkModelCalls,
  checkOutcomes,
  checkContent,
  checkOrder,
  checkShown,
  checkSteps,
  checkTakeovers,
  checkDrains,
  checkStops,
];

/**
 * Proves the promises from what clients saw and what the database holds once nothing works any more.
 * Out: every violation found, none where all promises were kept.
 */
export function check(entries: readonly Entry[], rows: Rows, limits: Limits = PROMISED): Violation[] {
  const facts = factsOf(entries, rows, limits);
  return CHECKS.flatMap((one) => one(facts));
}
