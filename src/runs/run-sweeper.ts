import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { RunsConfig } from '../config/config.js';
import { repeat } from '../common/repeat.js';
import { RunWorker } from './run-worker.js';
import { RunsRepository } from './runs.repository.js';
import { StepsRepository } from './steps/steps.repository.js';

const TRIM_EVERY = 60_000;
const BATCH = 50;

/** The heartbeat of this node: renews leases, finds runs that nobody works on or decides on, trims old logs. */
@Injectable()
export class RunSweeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(RunSweeper.name);
  private ends: (() => void)[] = [];

  constructor(
    private readonly runs: RunsRepository,
    private readonly steps: StepsRepository,
    private readonly worker: RunWorker,
    private readonly config: RunsConfig,
  ) {}

  onApplicationBootstrap(): void {
    this.ends = [
      repeat(this.config.renewEvery, () => this.renew()),
      repeat(this.config.sweepEvery, () => this.sweep()),
      repeat(TRIM_EVERY, () => this.runs.trim(this.config.keepLog, BATCH * 10)),
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
    const kept = await this.runs.renew(this.worker.owner, mine, this.config.lease);
    for (const runId of mine) {
      const stopping = kept.get(runId);
      if (stopping === undefined) this.worker.end(runId, 'lost');
      else if (stopping) this.worker.end(runId, 'stop');
    }
  }

  private async sweep(): Promise<void> {
    await this.steps.expire(BATCH);
    for (const runId of await this.runs.findWaiting(BATCH)) this.worker.wake(runId);
  }
}
