import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/**
 * Keeps the measured server apart from what measures it: the server gets core 0, and this process with all that it
 * starts afterwards (load, model server, embedded PostgreSQL) the others. Needs two cores and `taskset` of Linux.
 * Out: the prefix of a server's command line, and a sentence that says what was done.
 */
export function placeOnCores() {
  const cores = availableParallelism();
  if (cores < 2) return { place: [], text: 'one core for everything' };
  const others = cores === 2 ? '1' : `1-${cores - 1}`;
  try {
    execFileSync('taskset', ['-a', '-c', '-p', others, String(process.pid)], { stdio: 'pipe' });
    return {
      place: ['taskset', '-c', '0'],
      text: `servers on core 0; load, model server and PostgreSQL on core ${others}`,
    };
  } catch {
    return { place: [], text: `${cores} cores, shared by everything (no taskset)` };
  }
}
