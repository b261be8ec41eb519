import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceProcess } from '../../support/service-process.js';

/** The program that starts the service with failpoints in its ports. */
export const FAILING_NODE = join(resolve(__dirname), 'node.mjs');

export interface Failpoint {
  readonly port: 'accept' | 'claim' | 'append' | 'end' | 'publish';
  readonly when: 'before' | 'after';
  /** Which call of the port, counted from 1. */
  readonly nth: number;
  readonly action: 'throw' | 'kill';
}

const SIDES = [
  { port: 'accept', nth: 1 },
  { port: 'claim', nth: 1 },
  { port: 'append', nth: 1 },
  { port: 'append', nth: 4 },
  { port: 'publish', nth: 1 },
  { port: 'publish', nth: 4 },
  { port: 'end', nth: 1 },
] as const;

/** Before and after every side effect of an answer. A fan-out never throws, so there it is a kill only. */
export const FAILPOINTS: readonly Failpoint[] = SIDES.flatMap((side) =>
  (['before', 'after'] as const).flatMap((when) =>
    (side.port === 'publish' ? (['kill'] as const) : (['throw', 'kill'] as const)).map((action) => ({
      ...side,
      when,
      action,
    })),
  ),
);

export function nameOf({ port, when, nth, action }: Failpoint): string {
  return `${action} ${when} ${port}${nth > 1 ? ` ${nth}` : ''}`;
}

/** A running service that listens for failpoints. */
export class FailingProcess {
  private armed = false;
  private reached = false;

  constructor(private readonly service: ServiceProcess) {
    service.onTold((told) => {
      const { armed, reached } = told as { armed?: boolean; reached?: boolean };
      this.armed ||= armed === true;
      this.reached ||= reached === true;
    });
  }

  /** Resolves once the service fails at its next pass of this point. */
  async arm(point: Failpoint): Promise<void> {
    this.armed = this.reached = false;
    this.service.tell({ arm: point });
    while (!this.armed) await sleep(5);
  }

  /** Whether the armed point was reached: told, or the process is gone. */
  async wasReached(ms: number): Promise<boolean> {
    for (const until = Date.now() + ms; Date.now() < until; await sleep(10)) {
      if (this.reached || !this.service.running) return true;
    }
    return false;
  }
}
