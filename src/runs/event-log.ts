import { Injectable, Logger } from '@nestjs/common';
import { Metrics } from '../monitoring/metrics/metrics.js';
import { RunsConfig } from '../config/config.js';
import { codeOf } from '../common/errors/error-body.js';
import { FanOut } from '../redis/fan-out.js';
import { RunLog } from './run-log.js';
import type { ClaimedRun } from './runs.contract.js';
import { type LogEntry, RunsRepository } from './runs.repository.js';

const RETRY_AFTER = 250;

/**
 * The one batcher of this node: writes the events of all its running answers in one fenced statement
 * at most every LOG_BATCH_MS, the first token of an answer at once. What is written is then given to the fan-out.
 */
@Injectable()
export class EventLog {
  private readonly logger = new Logger(EventLog.name);
  private readonly dirty = new Set<RunLog>();
  private timer: NodeJS.Timeout | undefined;
  private immediate: NodeJS.Immediate | undefined;
  private writing = false;

  constructor(
    private readonly runs: RunsRepository,
    private readonly fanOut: FanOut,
    private readonly metrics: Metrics,
    private readonly config: RunsConfig,
  ) {}

  /** Opens the log of a claimed run. `onLost` is called when another node has taken the run over. */
  open(run: ClaimedRun, onLost: () => void): RunLog {
    return new RunLog(run, this.fanOut, onLost, (log, urgent) => this.schedule(log, urgent));
  }

  private schedule(log: RunLog, urgent: boolean): void {
    this.dirty.add(log);
    if (urgent) this.immediate ??= setImmediate(() => this.flushSoon());
    else this.timer ??= setTimeout(() => this.flushSoon(), this.config.batchEvery);
  }

  private flushSoon(): void {
    clearTimeout(this.timer);
    clearImmediate(this.immediate);
    this.timer = this.immediate = undefined;
    if (!this.writing) void this.flush();
  }

  private async flush(): Promise<void> {
    this.writing = true;
    const batch = [...this.dirty]
      .map((log) => ({ log, entries: log.take() }))
      .filter(({ entries }) => entries.length > 0);
    this.dirty.clear();
    if (batch.length > 0) await this.write(batch);
    this.writing = false;
    if (this.dirty.size > 0 && !this.timer && !this.immediate)
      this.timer = setTimeout(() => this.flushSoon(), this.config.batchEvery);
  }

  private async write(batch: readonly Piece[]): Promise<void> {
    try {
      const entries = batch.flatMap((piece) => piece.entries);
      const taken = await this.runs.append(entries);
      this.metrics.logEvents.inc(entries.length);
      this.metrics.logBatchSize.observe(entries.length);
      for (const { log } of batch) log.written(taken.has(log.run.id));
    } catch (error) {
      if (isDataError(error)) return this.writeApart(batch, error);
      this.logger.warn({ err: error }, 'events could not be logged; trying again');
      for (const { log } of batch) {
        log.putBack();
        this.dirty.add(log);
      }
      this.timer ??= setTimeout(() => this.flushSoon(), RETRY_AFTER);
    }
  }

  /** Something in the batch is refused for what it is: the others are written all the same, its own run is given up. */
  private async writeApart(batch: readonly Piece[], error: unknown): Promise<void> {
    const [first, ...others] = batch;
    if (first && others.length === 0) {
      this.logger.error(
        { err: error, run_id: first.log.run.id },
        'an event cannot be stored; its run is given up',
      );
      first.log.written(false);
      return;
    }
    for (const piece of batch) await this.write([piece]);
  }
}

interface Piece {
  readonly log: RunLog;
  readonly entries: LogEntry[];
}

/** SQLSTATE class 22, data exception: the same statement would fail for ever. */
function isDataError(error: unknown): boolean {
  return error instanceof Error && codeOf(error).startsWith('22');
}
