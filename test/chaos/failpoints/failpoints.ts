import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceProcess } from '../../support/service-process.js';

/** The program that starts the service with failpoints in its ports. */
export const FAILING_NODE = join(resolve(__dirname), 'node.mjs');

export interface Failpoint {
  readonly port: keyof typeof ACTIONS;
  readonly when: 'before' | 'after';
  /** Which call of the port, counted from 1. */
  readonly nth: number;
  readonly action: 'throw' | 'kill';
}

/** What may happen there: a fan-out never throws, and an effect that fails is another answer, no fault of a node. */
const ACTIONS = {
  accept: ['throw', 'kill'],
  claim: ['throw', 'kill'],
  append: ['throw', 'kill'],
  end: ['throw', 'kill'],
  publish: ['kill'],
  pause: ['throw', 'kill'],
  decide: ['throw', 'kill'],
  begin: ['throw', 'kill'],
  effect: ['kill'],
  done: ['throw', 'kill'],
} as const satisfies Readonly<Record<string, readonly Failpoint['action'][]>>;

/** Where an answer asks a person, and does what was agreed to. */
const ASKING: ReadonlySet<Failpoint['port']> = new Set(['pause', 'decide', 'begin', 'effect', 'done']);

const SIDES = [
  { port: 'accept', nth: 1 },
  { port: 'claim', nth: 1 },
  { port: 'append', nth: 1 },
  { port: 'append', nth: 4 },
  { port: 'publish', nth: 1 },
  { port: 'publish', nth: 4 },
  { port: 'end', nth: 1 },
  { port: 'pause', nth: 1 },
  { port: 'decide', nth: 1 },
  { port: 'begin', nth: 1 },
  { port: 'effect', nth: 1 },
  { port: 'done', nth: 1 },
] as const;

/** Before and after every side effect of an answer. */
export const FAILPOINTS: readonly Failpoint[] = SIDES.flatMap((side) =>
  (['before', 'after'] as const).flatMap((when) =>
    ACTIONS[side.port].map((action) => ({
      ...side,
      when,
      action,
    })),
  ),
);

export function nameOf({ port, when, nth, action }: Failpoint): string {
  return `${action} ${when} ${port}${nth > 1 ? ` ${nth}` : ''}`;
}

/** True for a point that only an answer reaches that asks a person. */
export function asks({ port }: Failpoint): boolean {
  return ASKING.has(port);
}

/** A running service that listens for failpoints. */
export class FailingProcess {
  private static readonly known = new WeakMap<ServiceProcess, FailingProcess>();
  private armed = false;
  private reached = false;

  /** The one of a service, which is listened to once. */
  static of(service: ServiceProcess): FailingProcess {
    const known = FailingProcess.known.get(service) ?? new FailingProcess(service);
    FailingProcess.known.set(service, known);
    return known;
  }

  private constructor(private readonly service: ServiceProcess) {
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
