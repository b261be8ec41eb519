import { Injectable, Logger } from '@nestjs/common';
import { toAppError } from '../common/errors/error-body.js';
import { RunsConfig } from '../config/config.js';
import type { ClaimedRun } from './runs.contract.js';
import { Completion, type LoggedBody, type Outcome, type Pause, type Shown } from './runs.ports.js';
import type { PendingApproval } from './steps/steps.contract.js';
import { pendingPart } from './steps/pending-part.js';
import { StepsRepository } from './steps/steps.repository.js';

export interface Ending {
  /** False where another node had taken the run over: nothing was written. */
  readonly stored: boolean;
  /** What is in the log now and was not shown before. */
  readonly events: readonly LoggedBody[];
  /** The next question of the session, if one waits. */
  readonly nextRunId: string | null;
}

const NOT_STORED: Ending = { stored: false, events: [], nextRunId: null };

/** What a log holds back for the last transaction of its epoch. */
interface ClosedLog {
  readonly pending: readonly LoggedBody[];
  readonly finalSeq: number;
}

/** Stores how an epoch of a run ended: with the run's end, or waiting for a person. */
@Injectable()
export class RunEndings {
  private readonly logger = new Logger(RunEndings.name);

  constructor(
    private readonly completion: Completion,
    private readonly steps: StepsRepository,
    private readonly config: RunsConfig,
  ) {}

  /** One transaction; safe to repeat where it is not known whether it was committed. */
  async store(run: ClaimedRun, shown: Shown, outcome: Outcome | Pause, log: ClosedLog): Promise<Ending> {
    return outcome.state === 'awaiting_approval'
      ? this.pause(run, shown, outcome, log)
      : this.conclude(run, shown, outcome, log);
  }

  private async conclude(
    run: ClaimedRun,
    shown: Shown,
    outcome: Outcome,
    { pending, finalSeq }: ClosedLog,
  ): Promise<Ending> {
    const { ended, final, nextRunId } = await this.completion.conclude(
      run,
      shown,
      outcome,
      pending,
      finalSeq,
    );
    return ended ? { stored: true, events: [...pending, final], nextRunId } : NOT_STORED;
  }

  private async pause(run: ClaimedRun, shown: Shown, { request }: Pause, log: ClosedLog): Promise<Ending> {
    const step = { ...request, expiresAt: new Date(shown.at.getTime() + this.config.approvalTimeout) };
    const part = pendingPart(step);
    const events: LoggedBody[] = [
      ...log.pending,
      { seq: log.finalSeq, body: { event: 'part', part } },
      { seq: log.finalSeq + 1, body: { event: 'run.awaiting_approval', approval_id: step.approvalId } },
    ];
    const { text, parts, agentName, assistantName, firstTokenMs, durationMs } = shown;
    const soFar = { text, parts: [...parts, part], agentName, assistantName, firstTokenMs, durationMs };
    switch (await this.steps.pause(run, step, soFar, events)) {
      case 'paused':
        return { stored: true, events, nextRunId: null };
      case 'lost':
        return NOT_STORED;
      case 'stopped':
        return this.conclude(run, shown, { state: 'cancelled' }, log);
      case 'repeated':
        return this.conclude(run, shown, this.failedFor(run, step), log);
    }
  }

  private failedFor(run: ClaimedRun, { tool }: PendingApproval): Outcome {
    const error = toAppError(new Error(`A step of ${tool} was put before a person twice`));
    this.logger.error({ err: error.cause, run_id: run.id }, 'a run asked twice for the same step');
    return { state: 'failed', error, retriable: error.retriable };
  }
}
