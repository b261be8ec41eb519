import { execFileSync } from 'node:child_process';
import { availableParallelism, loadavg } from 'node:os';

/** Share of the cores that may be busy before the bench begins. */
const QUIET = 0.25;

/**
 * Keeps the measured server apart from what measures it: the server gets core 0, and this process with all that it
 * starts afterwards (load, model server, embedded PostgreSQL) the others. Needs two cores and `taskset` of Linux.
 * Out: `place`, the prefix of a server's command line; `placeAnywhere`, that of one that may use all cores; and a
 * sentence that says what was done.
 */
export function placeOnCores() {
  const cores = availableParallelism();
  if (cores < 2) return { place: [], placeAnywhere: [], text: 'one core for everything' };
  const others = cores === 2 ? '1' : `1-${cores - 1}`;
  try {
    execFileSync('taskset', ['-a', '-c', '-p', others, String(process.pid)], { stdio: 'pipe' });
    return {
      place: ['taskset', '-c', '0'],
      placeAnywhere: ['taskset', '-c', `0-${cores - 1}`],
      text: `servers on core 0; load, model server and PostgreSQL on core ${others}`,
    };
  } catch {
    return { place: [], placeAnywhere: [], text: `${cores} cores, shared by everything (no taskset)` };
  }
}

/** Out: a sentence where other programs keep this machine busy; times and rates then mean little. */
export function noiseOnMachine() {
  const [load] = loadavg();
  if (load <= QUIET * availableParallelism()) return undefined;
  return `This machine is busy with other things (load ${load.toFixed(1)}): trust ratios of processor time, not times and rates.`;
}
