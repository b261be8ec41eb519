import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { LEASE_MS, RunWorker } from './run-worker.js';
import { RunsRepository } from './runs.repository.js';

const RENEW_EVERY = 3_000;
const SWEEP_EVERY = 2_000;
const TRIM_EVERY = 60_000;
const KEEP_LOG_MINUTES = 15;
const BATCH = 50;

/** The heartbeat of this node: renews leases, finds runs that nobody works on, trims old logs. */
@Injectable()
export class RunSweeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(RunSweeper.name);
  private readonly timers: NodeJS.Timeout[] = [];

  constructor(
    private readonly runs: RunsRepository,
    private readonly worker: RunWorker,
  ) {}

  onApplicationBootstrap(): void {
    this.every(RENEW_EVERY, () => this.renew());
    this.every(SWEEP_EVERY, () => this.sweep());
    this.every(TRIM_EVERY, async () => void (await this.runs.trim(KEEP_LOG_MINUTES, BATCH * 10)));
    void this.sweep().catch((error: unknown) => this.logger.warn({ err: error }, 'the first sweep failed'));
  }

  onApplicationShutdown(): void {
    for (const timer of this.timers) clearInterval(timer);
  }

  private async renew(): Promise<void> {
    const mine = this.worker.running;
    if (mine.length === 0) return;
    const kept = await this.runs.renew(this.worker.owner, mine, LEASE_MS);
    for (const runId of mine) if (!kept.has(runId)) this.worker.end(runId, 'lost');
  }

  private async sweep(): Promise<void> {
    for (const runId of await this.runs.findWaiting(BATCH)) this.worker.wake(runId);
  }

  private every(ms: number, work: () => Promise<void>): void {
    let busy = false;
    const timer = setInterval(() => {
      if (busy) return;
      busy = true;
      work()
        .catch((error: unknown) => this.logger.warn({ err: error }, 'housekeeping failed; trying again'))
        .finally(() => (busy = false));
    }, ms);
    timer.unref();
    this.timers.push(timer);
  }
}
