import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, TypeOrmHealthIndicator } from '@nestjs/terminus';
import type { Neighbour } from './health.contract.js';

const TIMEOUT_MS = 2000;
const REMEMBERED_MS = 5000;
/** Short, since readiness depends on it; long enough that a flood of probes is one query. */
const DATABASE_REMEMBERED_MS = 500;

interface Outcome {
  readonly status?: unknown;
  readonly responseTime?: unknown;
}

/** Asks a neighbour whether it is there. Never throws; failures keep their text to themselves. */
@Injectable()
export class NeighbourProbe {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly typeorm: TypeOrmHealthIndicator,
  ) {}

  async database(): Promise<Neighbour> {
    const { database } = await this.typeorm
      .pingCheck('database', { timeout: TIMEOUT_MS })
      .cacheFor(DATABASE_REMEMBERED_MS);
    return toNeighbour(database);
  }

  /** In: a name for the memory of 5 s, and a call that throws where the neighbour is not well. */
  async ask(key: string, call: (signal: AbortSignal) => Promise<void>): Promise<Neighbour> {
    const result = await this.indicators
      .check(key)
      .attempt(({ signal }) => call(signal))
      .withTimeout(TIMEOUT_MS)
      .cacheFor(REMEMBERED_MS);
    return toNeighbour(result[key]);
  }
}

function toNeighbour(outcome: Outcome | undefined): Neighbour {
  const time = outcome?.responseTime;
  return {
    status: outcome?.status === 'up' ? 'up' : 'down',
    ...(typeof time === 'number' ? { response_time: Math.round(time) } : {}),
  };
}
