import { hostname } from 'node:os';
import { Injectable, Logger } from '@nestjs/common';
import { RunsConfig } from '../config/config.js';
import { newId } from '../common/ids.js';
import { LoadGauge } from '../monitoring/metrics/load-gauge.js';
import { BoundedSet } from '../common/bounded-set.js';
import { EventLog } from './event-log.js';
import { RunEndings } from './run-endings.service.js';
import { type EndReason, RunExecution } from './run-execution.js';
import type { ClaimedRun, ClaimTerms } from './runs.contract.js';
import { Answerer } from './runs.ports.js';
import { RunsRepository } from './runs.repository.js';
import { FencedSteps } from './steps/fenced-steps.js';
import { StepsRepository } from './steps/steps.repository.js';

const CONCLUDE_RETRY_MS = 500;
const REMEMBERED_STOPS = 1000;
/** A run whose node died this often is not tried again by itself. */
const MAX_ATTEMPTS = 2;

/** Claims runs and carries them to their end. One a node. */
@Injectable()
export class RunWorker {
  readonly owner = `${hostname()}:${process.pid}:${newId()}`;
  private readonly logger = new Logger(RunWorker.name);
  private readonly executions = new Map<string, RunExecution>();
  private readonly underWay = new Set<Promise<void>>();
  /** Woken while an epoch of theirs was ending here. */
  private readonly woken = new Set<string>();
  /** Stops that came before their run began here. */
  private readonly stops = new BoundedSet<string>(REMEMBERED_STOPS);
  private draining = false;
  private graceOver = false;
  /** Told of runs that this node does not take any more. */
  onDeclined: (runId: string) => void = () => undefined;

  constructor(
    private readonly runs: RunsRepository,
    private readonly log: EventLog,
    private readonly answerer: Answerer,
    private readonly endings: RunEndings,
    private readonly steps: StepsRepository,
    private readonly config: RunsConfig,
    private readonly load: LoadGauge,
  ) {}

  /** The terms on which runs are claimed here; undefined while this node takes no new ones. */
  get claimTerms(): ClaimTerms | undefined {
    return this.draining ? undefined : { owner: this.owner, leaseMs: this.config.lease };
  }

  /** Tries to claim a run and to work on it. Returns at once; a run that is not free is left alone. */
  wake(runId: string): void {
    if (this.draining) return this.onDeclined(runId);
    if (this.executions.has(runId)) {
      this.woken.add(runId);
      return;
    }
    this.keep(runId, this.claimAndWork(runId));
  }

  /** Works on a run that was claimed for this node as its question was accepted. Returns at once. */
  begin(run: ClaimedRun): void {
    this.keep(run.id, this.work(run));
  }

  private keep(runId: string, working: Promise<void>): void {
    const work = working.catch((error: unknown) => {
      this.logger.error({ err: error, run_id: runId }, 'a run could not be worked on');
    });
    this.underWay.add(work);
    void work.finally(() => this.underWay.delete(work));
  }

  /** Ends a run that works on this node; a stop of one that is about to begin waits for it. */
  end(runId: string, reason: EndReason): void {
    const execution = this.executions.get(runId);
    if (execution) execution.end(reason);
    else if (reason === 'stop') this.stops.add(runId);
  }

  /** Ids of the runs that work here. */
  get running(): string[] {
    return [...this.executions.keys()];
  }

  /** Takes no new runs, lets those under way finish for `graceMs`, then interrupts the rest. */
  async drain(graceMs: number): Promise<void> {
    this.draining = true;
    const timer = setTimeout(() => {
      this.graceOver = true;
      for (const runId of this.running) this.end(runId, 'shutdown');
    }, graceMs);
    while (this.underWay.size > 0) await Promise.all(this.underWay);
    clearTimeout(timer);
  }

  private async claimAndWork(runId: string): Promise<void> {
    const run = await this.runs.claim(runId, this.owner, this.config.lease);
    if (!run) return;
    const resumption = run.epoch > 1 ? await this.steps.findResumption(runId) : undefined;
    await this.work({ ...run, resumption });
  }

  private async work(run: ClaimedRun): Promise<void> {
    const { id: runId } = run;
    const log = this.log.open(run, () => execution.end('lost'));
    const execution: RunExecution = new RunExecution(
      run,
      this.answerer,
      log,
      (reference) => this.runs.keepReference(run, reference),
      new FencedSteps(run, this.steps),
    );
    this.executions.set(runId, execution);
    this.report();
    if (this.stops.delete(runId) || run.stopRequested) execution.end('stop');
    if (this.graceOver) execution.end('shutdown');
    try {
      const outcome =
        run.attempts > MAX_ATTEMPTS ? execution.giveUp() : await execution.perform(this.timeLeft(run));
      const closed = await log.close();
      if (!outcome) return;
      const shown = execution.shown();
      const ending = await this.persist(run, () => this.endings.store(run, shown, outcome, closed));
      if (!ending?.stored) return;
      if (execution.unasked) this.answerer.abandon(run);
      log.show(ending.events);
      if (ending.nextRunId) this.wake(ending.nextRunId);
    } finally {
      if (this.executions.get(runId) === execution) this.executions.delete(runId);
      this.report();
      if (this.woken.delete(runId)) this.wake(runId);
    }
  }

  /** Milliseconds that remain of a run's time; attempts before count. */
  private timeLeft(run: ClaimedRun): number {
    return Math.max(1, this.config.timeout - (run.claimedAt.getTime() - run.startedAt.getTime()));
  }

  /** Tries until the database takes the end of the run, or the run's time is over and the sweeper decides. */
  private async persist<T>(run: ClaimedRun, conclude: () => Promise<T>): Promise<T | undefined> {
    const giveUpAt = Date.now() + this.config.timeout;
    for (;;) {
      try {
        return await conclude();
      } catch (error) {
        this.logger.error(
          { err: error, run_id: run.id },
          'the end of a run could not be stored; trying again',
        );
        if (Date.now() > giveUpAt || this.draining) return undefined;
        await new Promise((resolve) => setTimeout(resolve, CONCLUDE_RETRY_MS));
      }
    }
  }

  private report(): void {
    this.load.running = this.executions.size;
  }
}
