import { Injectable } from '@nestjs/common';
import { LlmStatus } from '../../llm/llm-status.js';
import { ConnectionCounter } from '../metrics/connection-counter.js';
import { LoadGauge } from '../metrics/load-gauge.js';
import type { HealthReport, Neighbour, Probe } from './health.contract.js';
import { Neighbours } from './neighbours.js';
import { Readiness } from './readiness.js';

/** Answers the probes and the health report. */
@Injectable()
export class HealthService {
  constructor(
    private readonly neighbours: Neighbours,
    private readonly readiness: Readiness,
    private readonly llm: LlmStatus,
    private readonly connections: ConnectionCounter,
    private readonly load: LoadGauge,
  ) {}

  async report(): Promise<HealthReport> {
    const found = { ...(await this.neighbours.all()), llm: this.models() };
    const processor = {
      status: this.readiness.obstacle === 'draining' ? ('down' as const) : ('up' as const),
      running: this.load.running,
    };
    const somethingDown = [...Object.values(found), processor].some(({ status }) => status === 'down');
    return {
      status: found.database.status !== 'up' ? 'unhealthy' : somethingDown ? 'degraded' : 'healthy',
      ...found,
      websocket_connections: this.connections.total,
      chat_processor: processor,
      timestamp: new Date().toISOString(),
    };
  }

  /** Whether the process itself is alive; asks nobody. */
  live(): Probe {
    return probe(undefined);
  }

  /** Whether new work may come: started, not draining, and the database answers. */
  async ready(): Promise<Probe> {
    if (this.readiness.obstacle) return probe(this.readiness.obstacle);
    const database = await this.neighbours.database();
    return probe(database.status === 'up' ? undefined : 'database');
  }

  startup(): Probe {
    return probe(this.readiness.started ? undefined : 'starting');
  }

  private models(): Neighbour {
    const configured = this.llm.providers().filter(({ state }) => state !== 'not_configured');
    if (configured.length === 0) return { status: 'not_configured' };
    return { status: configured.every(({ state }) => state === 'down') ? 'down' : 'up' };
  }
}

function probe(reason: Probe['reason']): Probe {
  return {
    status: reason ? 'down' : 'up',
    ...(reason ? { reason } : {}),
    timestamp: new Date().toISOString(),
  };
}
