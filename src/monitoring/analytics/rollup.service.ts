import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { repeat } from '../../common/repeat.js';
import { RollupRepository } from './rollup.repository.js';

const EVERY_MS = 60_000;

/** Keeps the counts by day up to date. Figures are right without it, and slower. */
@Injectable()
export class RollupService implements OnApplicationBootstrap, OnApplicationShutdown {
  private end: (() => void) | undefined;
  private stopped = false;

  constructor(private readonly rollup: RollupRepository) {}

  onApplicationBootstrap(): void {
    this.end = repeat(EVERY_MS, () => this.catchUp());
  }

  onApplicationShutdown(): void {
    this.stopped = true;
    this.end?.();
  }

  /** Adds everything that has settled and is not counted yet, a day at a time. */
  async catchUp(): Promise<void> {
    while (!this.stopped && (await this.rollup.roll()));
  }
}
