import { Logger } from '@nestjs/common';

const logger = new Logger('housekeeping');

/**
 * Does work every so many milliseconds, never twice at once; a failure is logged and the next turn tries again.
 * Keeps no process alive. Out: ends it.
 */
export function repeat(every: number, work: () => Promise<unknown>): () => void {
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    work()
      .catch((error: unknown) => logger.warn({ err: error }, 'housekeeping failed; trying again'))
      .finally(() => (busy = false));
  }, every);
  timer.unref();
  return () => clearInterval(timer);
}
