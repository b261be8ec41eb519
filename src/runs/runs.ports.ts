import type { AppError } from '../common/errors/app-error.js';
import type { ClaimedRun, LeftRun, RunEventBody } from './runs.contract.js';
import type { ProposedStep, StepJournal } from './steps/steps.contract.js';

/**
 * What an answerer yields: events to be shown, at last its result, which only `Completion` understands. A `reference`
 * is kept for whoever takes the run over, and is stored before the next step is asked for. In place of a result an
 * `approval` puts a step before a person; the run goes on with the decision, in another epoch.
 */
export type AnswerStep =
  | { readonly type: 'event'; readonly body: RunEventBody }
  | { readonly type: 'reference'; readonly reference: unknown }
  | { readonly type: 'approval'; readonly request: ProposedStep }
  | { readonly type: 'result'; readonly result: unknown };

/** Makes the answer of one run. Knows nothing of leases, logs or sockets. */
export abstract class Answerer {
  /** Yields as it works; ends early or throws when `signal` aborts. An AppError that it throws fails the run. */
  abstract answer(run: ClaimedRun, signal: AbortSignal, steps: StepJournal): AsyncIterable<AnswerStep>;
  /**
   * Tells whoever works elsewhere for a run that it ended without `answer` being asked again. Best effort: returns at
   * once and throws nothing.
   */
  abstract abandon(run: LeftRun): void;
}

/** What had been shown when a run ended, and when. Times in milliseconds, `at` by the database's clock. */
export interface Shown {
  readonly text: string;
  readonly parts: readonly unknown[];
  readonly agentName: string | null;
  readonly assistantName: string | null;
  readonly firstTokenMs: number | null;
  readonly durationMs: number;
  readonly at: Date;
}

export type Outcome =
  | { readonly state: 'completed'; readonly result: unknown }
  | { readonly state: 'cancelled' }
  | { readonly state: 'failed'; readonly error: AppError; readonly retriable: boolean }
  | { readonly state: 'interrupted' };

/** The run waits for a person. */
export interface Pause {
  readonly state: 'awaiting_approval';
  readonly request: ProposedStep;
}

export interface LoggedBody {
  readonly seq: number;
  readonly body: RunEventBody;
}

export interface Conclusion {
  /** False where another node had taken the run over: nothing was written. */
  readonly ended: boolean;
  readonly final: LoggedBody;
  /** The next question of the session, if one waits. */
  readonly nextRunId: string | null;
}

/** Ends a run in one transaction: answer, run, remaining events, usage. */
export abstract class Completion {
  abstract conclude(
    run: ClaimedRun,
    shown: Shown,
    outcome: Outcome,
    pending: readonly LoggedBody[],
    finalSeq: number,
  ): Promise<Conclusion>;
}
