import type { ErrorBody } from '../common/errors/error-body.js';
import type { Principal } from '../auth/principal.js';
import type { PendingApproval, Resumption } from './steps/steps.contract.js';

export const RUN_STATES = [
  'queued',
  'running',
  'awaiting_approval',
  'completed',
  'failed',
  'cancelled',
  'interrupted',
] as const;
export type RunState = (typeof RUN_STATES)[number];

/**
 * The life of a run. `running` to `running` is a takeover: the same run in a higher epoch. What waits for a person is
 * queued again by the decision, its expiry or a stop. What has no way out is final; a retry is a new run.
 */
export const NEXT_STATES: Readonly<Record<RunState, readonly RunState[]>> = {
  queued: ['running', 'cancelled'],
  running: ['running', 'awaiting_approval', 'completed', 'failed', 'cancelled', 'interrupted'],
  awaiting_approval: ['queued'],
  completed: [],
  failed: [],
  cancelled: [],
  interrupted: [],
};

export const OPEN_STATES: readonly RunState[] = RUN_STATES.filter((state) => NEXT_STATES[state].length > 0);

/** What happened in a run, as it is logged. `message` is the stored message in the form that clients get. */
export type RunEventBody =
  | { event: 'reset'; reason: string }
  | {
      event: 'run.started';
      message_id: string;
      in_reply_to: string;
      agent_name: string;
      assistant_name: string;
    }
  | { event: 'run.status'; text: string }
  | { event: 'text.delta'; text: string }
  | { event: 'part'; part: unknown }
  | { event: 'run.awaiting_approval'; approval_id: string }
  | { event: 'run.completed'; message: unknown }
  | { event: 'run.failed'; error: ErrorBody; retriable: boolean }
  | { event: 'run.cancelled'; message: unknown }
  | { event: 'run.interrupted'; retriable: boolean };

const FINAL: ReadonlySet<RunEventBody['event']> = new Set([
  'run.completed',
  'run.failed',
  'run.cancelled',
  'run.interrupted',
]);

/** True for the event that ends a run. */
export function isFinal(event: { event: string }): boolean {
  return FINAL.has(event.event as RunEventBody['event']);
}

/** A place in a run's log. seq counts from 1 without gaps within an epoch; epoch 0 is before the first claim. */
export interface RunPosition {
  readonly epoch: number;
  readonly seq: number;
}

export type RunEvent = RunEventBody & RunPosition & { session_id: string; run_id: string };

/** Who owns a session; with it every row of a run is found and every channel is named. */
export interface SessionRef {
  readonly tenantId: string;
  readonly userId: string;
  readonly sessionId: string;
}

/** A run as its worker holds it. */
export interface ClaimedRun extends SessionRef {
  readonly id: string;
  readonly questionId: string;
  readonly answerId: string;
  readonly position: number;
  readonly epoch: number;
  readonly attempts: number;
  readonly principal: Principal;
  readonly request: Readonly<Record<string, unknown>>;
  /** When the first attempt began, and when this one did, by the database's clock. */
  readonly startedAt: Date;
  readonly claimedAt: Date;
  /** True where somebody wanted it stopped before it was claimed. */
  readonly stopRequested?: boolean;
  /** What an earlier attempt kept of work that goes on elsewhere, such as a crew's. */
  readonly backendRef?: unknown;
  /** With what it goes on, where a person was asked before. */
  readonly resumption?: Resumption | undefined;
  /** What whoever accepted the question had at hand for its answer; absent where the run was claimed later. */
  readonly atHand?: unknown;
}

/** A run that ends unanswered, and what it kept of work that goes on elsewhere. */
export type LeftRun = Pick<ClaimedRun, 'id' | 'backendRef'>;

/** Under which a run may be claimed together with its acceptance. */
export interface ClaimTerms {
  readonly owner: string;
  readonly leaseMs: number;
}

export interface ActiveRun extends RunPosition {
  readonly runId: string;
  readonly messageId: string;
  readonly state: RunState;
  /** What it waits for. */
  readonly approval?: PendingApproval | undefined;
}

/** A session that a node shows, and for how long, in milliseconds. */
export interface ShownSession extends SessionRef {
  readonly ageMs: number;
}

export interface MissedRun extends SessionRef {
  readonly runId: string;
  readonly questionId: string;
  /** True where its question came while the session was shown. */
  readonly isNew: boolean;
}
