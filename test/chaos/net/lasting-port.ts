import { freePort } from '../../../src/database/embedded/cluster.js';

/** Below the ports that systems give to outgoing connections, so that a server finds its own again after a restart. */
const LOWEST = 10_000;
const HIGHEST = 30_000;
const TRIES = 50;

/** A port of 127.0.0.1 that is free now and stays so while its server is away. */
export async function lastingPort(): Promise<number> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const wanted = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if ((await freePort(wanted)) === wanted) return wanted;
  }
  throw new Error(`No port between ${LOWEST} and ${HIGHEST} is free`);
}
