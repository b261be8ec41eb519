import type { StepRow } from '../record/rows.js';
import { type Facts, groupBy, type Violation } from './facts.js';

/** States of a step to which somebody agreed. */
const AGREED = new Set(['approved', 'started', 'done', 'failed']);

/** G3: nothing is changed twice or without consent, what is stored as done was done, and no decision is lost. */
export function checkSteps(facts: Facts): Violation[] {
  const steps = new Map(facts.rows.steps.map((step) => [nameOf(step), step]));
  const effects = groupBy(facts.effects, nameOf);
  const found = (name: string, detail: string, promise = 'G3'): Violation => ({ promise, name, detail });
  return [
    ...[...effects].flatMap(([name, made]) => [
      ...(made.length > 1 ? [found('changed twice', `${name}: ${made.length} times`)] : []),
      ...(AGREED.has(steps.get(name)?.state ?? '') ? [] : [found('changed without consent', name)]),
    ]),
    ...[...steps]
      .filter(([name, { state }]) => state === 'done' && !effects.has(name))
      .map(([name]) => found('done without being done', name)),
    ...lostDecisions(facts).map((run) => found('decision lost', run, 'G1')),
  ];
}

/** Runs that somebody was told to go on by a decision, and whose step does not know of it. */
function lostDecisions({ operations, rows }: Facts): string[] {
  const agreed = new Set(rows.steps.filter(({ state }) => AGREED.has(state)).map(({ run }) => run));
  return operations
    .filter(({ invoked, ended }) => invoked.action === 'decide' && ended?.kind === 'ok')
    .map(({ invoked }) => invoked.run ?? '')
    .filter((run) => !agreed.has(run));
}

function nameOf({ run, step }: Pick<StepRow, 'run' | 'step'>): string {
  return `${run} ${step}`;
}
