import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { repeat } from '../common/repeat.js';
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
  private ends: (() => void)[] = [];

  constructor(
    private readonly runs: RunsRepository,
    private readonly worker: RunWorker,
  ) {}

  onApplicationBootstrap(): void {
    this.ends = [
      repeat(RENEW_EVERY, () => this.renew()),
      repeat(SWEEP_EVERY, () => this.sweep()),
      repeat(TRIM_EVERY, () => this.runs.trim(KEEP_LOG_MINUTES, BATCH * 10)),
    ];
    void this.sweep().catch((error: unknown) => this.logger.warn({ err: error }, 'the first sweep failed'));
  }

  onApplicationShutdown(): void {
    for (const end of this.ends) end();
  }

  /** Looks at once for what this node may not have been told. */
  catchUp(): void {
    for (const look of [this.renew(), this.sweep()]) {
      look.catch((error: unknown) =>
        this.logger.warn({ err: error }, 'catching up failed; the next round does it'),
      );
    }
  }

  private async renew(): Promise<void> {
    const mine = this.worker.running;
    if (mine.length === 0) return;
    const kept = await this.runs.renew(this.worker.owner, mine, LEASE_MS);
    for (const runId of mine) {
      const stopping = kept.get(runId);
      if (stopping === undefined) this.worker.end(runId, 'lost');
      else if (stopping) this.worker.end(runId, 'stop');
    }
  }

  private async sweep(): Promise<void> {
    for (const runId of await this.runs.findWaiting(BATCH)) this.worker.wake(runId);
  }
}
