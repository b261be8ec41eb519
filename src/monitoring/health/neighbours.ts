import { Injectable } from '@nestjs/common';
import { AuthConfig, RedisConfig } from '../../config/config.js';
import { CrewStatus } from '../../crewai/crew-status.js';
import { AppCache } from '../../redis/cache.js';
import type { Neighbour } from './health.contract.js';
import { NeighbourProbe } from './neighbour-probe.js';
import { ReportedNeighbours } from './reported-neighbours.js';

export type NeighbourName = 'database' | 'redis' | 'auth_service' | 'crew_ai' | 'mcp';

const NOT_CONFIGURED: Neighbour = { status: 'not_configured' };

/** How the services are doing that this one depends on. */
@Injectable()
export class Neighbours {
  constructor(
    private readonly probe: NeighbourProbe,
    private readonly cache: AppCache,
    private readonly redis: RedisConfig,
    private readonly auth: AuthConfig,
    private readonly crews: CrewStatus,
    private readonly reported: ReportedNeighbours,
  ) {}

  async database(): Promise<Neighbour> {
    return this.probe.database();
  }

  /** Asks all of them at once; takes 2 s at most. */
  async all(): Promise<Record<NeighbourName, Neighbour>> {
    const [database, redis, authService, crewAi] = await Promise.all([
      this.database(),
      this.askCache(),
      this.askAuth(),
      this.askCrews(),
    ]);
    return { database, redis, auth_service: authService, crew_ai: crewAi, mcp: this.reported.status('mcp') };
  }

  private async askCache(): Promise<Neighbour> {
    if (!this.redis.url) return NOT_CONFIGURED;
    return this.probe.ask('redis', async () => {
      if (!(await this.cache.ping())) throw new Error('no answer');
    });
  }

  private async askCrews(): Promise<Neighbour> {
    if (!this.crews.configured) return NOT_CONFIGURED;
    return this.probe.ask('crew_ai', (signal) => this.crews.check(signal));
  }

  private async askAuth(): Promise<Neighbour> {
    const url = this.auth.serviceUrl;
    if (!url) return NOT_CONFIGURED;
    return this.probe.ask('auth_service', async (signal) => {
      const response = await fetch(`${url}/health`, { signal, redirect: 'manual' });
      await response.body?.cancel();
      if (!response.ok) throw new Error(`status ${response.status}`);
    });
  }
}
