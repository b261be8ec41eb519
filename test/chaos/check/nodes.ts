import type { RunRow } from '../record/rows.js';
import type { Facts, Violation } from './facts.js';

const STOPPABLE = new Set(['cancelled', 'completed', 'failed', 'interrupted']);

/** G8: runs of a lost node are taken over in time, and its old epoch does not grow afterwards. */
export function checkTakeovers(facts: Facts): Violation[] {
  return facts.takeovers.flatMap(({ run, epoch, seq, ms }): Violation[] => {
    const at = `${run}, epoch ${epoch}`;
    const late = ms === undefined || ms > facts.limits.takeoverMs;
    const last = facts.log.get(run)?.findLast((row) => row.epoch === epoch)?.seq ?? 0;
    return [
      ...(late ? [{ promise: 'G8', name: 'taken over late', detail: `${at}: ${ms ?? 'never'} ms` }] : []),
      ...(last > seq
        ? [{ promise: 'G8', name: 'written by a lost owner', detail: `${at}: ${seq} became ${last}` }]
        : []),
    ];
  });
}

/** G9: a node that is told to go has gone in time and in order. */
export function checkDrains(facts: Facts): Violation[] {
  return facts.drains.flatMap(({ node, ms, code }): Violation[] =>
    code === 0 && ms <= facts.limits.drainMs
      ? []
      : [{ promise: 'G9', name: 'drained badly', detail: `node ${node}: code ${code} after ${ms} ms` }],
  );
}

/**
 * G10: a stop that was acknowledged has ended the run, in time by the clock of the database: what is committed may wait
 * for a slow disk before anybody hears of it. Where the run's node was just lost nobody could, and whoever
 * takes the run over stops it then.
 */
export function checkStops(facts: Facts): Violation[] {
  const lost = new Set(facts.takeovers.map(({ run }) => run));
  return facts.operations.flatMap(({ invoked, ended }): Violation[] => {
    if (invoked.action !== 'stop' || ended?.kind !== 'ok' || ended.state === undefined) return [];
    if (STOPPABLE.has(ended.state)) return [];
    const run = invoked.run ?? '';
    const row = facts.runs.get(run);
    if (lost.has(run) && row?.state !== 'completed') return [];
    if (row && took(row) <= facts.limits.stopMs) return [];
    return [{ promise: 'G10', name: 'stopped in vain', detail: `${run} is ${ended.state}` }];
  });
}

function took({ state, stopped, ended }: RunRow): number {
  return state === 'completed' || stopped === null || ended === null ? Infinity : ended - stopped;
}
