import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';

/** Milliseconds between two looks at the event loop; the histogram counts them as delay. */
const RESOLUTION = 20;
const EVERY_MS = 10_000;
/** Samples that are kept: 15 minutes. */
const KEPT = 90;
/** Shorter spans say nothing of the load of a processor. */
const SHORTEST_MS = 500;
const MB = 1024 * 1024;

/** How busy this process was between the sample before and `at`. */
export interface LoadSample {
  readonly at: Date;
  /** Share of one processor core, in percent; more than 100 where several work. */
  readonly cpu: number;
  /** Resident memory and used heap in MiB. */
  readonly memory: number;
  readonly heap: number;
  /** Longest and 99th percentile of the delays of the event loop, in milliseconds. */
  readonly delay: number;
  readonly delayP99: number;
}

/** Samples the load of this process every ten seconds, for a quarter of an hour back. */
@Injectable()
export class ProcessLoad implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly delays = monitorEventLoopDelay({ resolution: RESOLUTION });
  private readonly samples: LoadSample[] = [];
  private timer: NodeJS.Timeout | undefined;
  private cpu = process.cpuUsage();
  private since = performance.now();

  onApplicationBootstrap(): void {
    this.delays.enable();
    this.timer = setInterval(() => this.sample(), EVERY_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
    this.delays.disable();
  }

  /** Out: the samples that are kept, oldest first, one of this moment at the end. */
  read(): readonly LoadSample[] {
    if (performance.now() - this.since >= SHORTEST_MS || this.samples.length === 0) this.sample();
    return [...this.samples];
  }

  private sample(): void {
    const now = performance.now();
    const spent = process.cpuUsage(this.cpu);
    const { rss, heapUsed } = process.memoryUsage();
    this.samples.push({
      at: new Date(),
      cpu: round((spent.user + spent.system) / 10 / Math.max(now - this.since, 1)),
      memory: round(rss / MB),
      heap: round(heapUsed / MB),
      delay: milliseconds(this.delays.max),
      delayP99: milliseconds(this.delays.percentile(99)),
    });
    this.samples.splice(0, this.samples.length - KEPT);
    this.delays.reset();
    this.cpu = process.cpuUsage();
    this.since = now;
  }
}

const round = (value: number): number => Math.round(value * 10) / 10;

function milliseconds(nanoseconds: number): number {
  return Number.isFinite(nanoseconds) ? round(Math.max(0, nanoseconds / 1e6 - RESOLUTION)) : 0;
}
