import { setTimeout } from 'node:timers/promises';
import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { Supervision } from '../common/ipc/supervision.js';
import { RunsConfig } from '../config/config.js';
import { FanOut } from '../redis/fan-out.js';
import { type RunNews, sessionChannel } from './run-channel.js';
import { type LOG_GONE, RunFollower } from './run-follower.js';
import { RunSignals } from './run-signals.js';
import { RunWorker } from './run-worker.js';
import {
  type ActiveRun,
  type ClaimedRun,
  type ClaimTerms,
  type LeftRun,
  type MissedRun,
  OPEN_STATES,
  type RunEvent,
  type RunPosition,
  type RunState,
  type SessionRef,
  type ShownSession,
} from './runs.contract.js';
import { Answerer } from './runs.ports.js';
import { runNotFound } from './runs.errors.js';
import { RunsRepository, type RunStatus } from './runs.repository.js';

/** Milliseconds that sockets then get to carry the last events away, before the server cuts them. */
const LINGER_MS = 250;
/** Milliseconds beyond the drain in which other workers store what they had to interrupt. */
const LATE_MS = 2_000;

type Owner = Pick<SessionRef, 'tenantId' | 'userId'>;

/** Runs as the rest of the service sees them: wake, stop, follow. Starting one is part of accepting its question. */
@Injectable()
export class RunsService implements BeforeApplicationShutdown {
  constructor(
    private readonly runs: RunsRepository,
    private readonly worker: RunWorker,
    private readonly follower: RunFollower,
    private readonly fanOut: FanOut,
    private readonly signals: RunSignals,
    private readonly config: RunsConfig,
    private readonly supervision: Supervision,
    private readonly answerer: Answerer,
  ) {}

  async beforeApplicationShutdown(): Promise<void> {
    const startedAt = performance.now();
    await this.worker.drain(this.config.drain);
    await this.supervision.allDrained(this.config.drain + LATE_MS - (performance.now() - startedAt));
    await setTimeout(LINGER_MS);
  }

  /** Says that a run waits in the queue. */
  wake(runId: string): void {
    this.worker.wake(runId);
  }

  /** The terms on which this node claims a run as its question is accepted; undefined where it takes no more. */
  get claimTerms(): ClaimTerms | undefined {
    return this.worker.claimTerms;
  }

  /** Works on a run that was claimed on these terms. */
  begin(run: ClaimedRun): void {
    this.worker.begin(run);
  }

  /** Throws CHAT_RUN_NOT_FOUND for a run that is not the owner's. */
  async statusOf(owner: Owner, runId: string): Promise<RunStatus> {
    const status = await this.runs.statusOf(owner, runId);
    if (!status) throw runNotFound();
    return status;
  }

  async findActive(session: SessionRef): Promise<ActiveRun | undefined> {
    return this.runs.findActive(session);
  }

  /** The newest run of each of these questions, by the question's id. */
  async findNewestOf(
    session: SessionRef,
    questionIds: readonly string[],
  ): Promise<Map<string, { runId: string; state: RunState }>> {
    if (questionIds.length === 0) return new Map();
    const rows = await this.runs.findNewestOf(session, questionIds);
    return new Map(rows.map((row) => [row.question_id, { runId: row.run_id, state: row.state }]));
  }

  /**
   * Stops a run: one that never began is cancelled, any other keeps what was shown. One that waits for a person ends
   * in another epoch. Stopping an ended run changes nothing.
   * Throws CHAT_RUN_NOT_FOUND.
   */
  async stop(owner: Owner, runId: string): Promise<void> {
    const found = await this.runs.stop(owner, runId);
    if (!found) throw runNotFound();
    if (found.cancelled) {
      const session = { tenantId: owner.tenantId, userId: owner.userId, sessionId: found.session_id };
      this.announce(session, {
        event: 'run.cancelled',
        message: null,
        session_id: found.session_id,
        run_id: runId,
        epoch: 0,
        seq: 1,
      });
      const next = await this.runs.findNext(session);
      if (next) this.wake(next);
    } else if (found.state === 'queued') {
      this.wake(runId);
    } else if (OPEN_STATES.includes(found.state)) {
      this.worker.end(runId, 'stop');
      if (!this.worker.running.includes(runId)) await this.signals.stop(runId);
    }
  }

  /** Stops every open run of a user, whatever node works on it. */
  async stopAllOf(owner: Owner): Promise<void> {
    for (const runId of await this.runs.findOpenOf(owner)) await this.stop(owner, runId);
  }

  /**
   * Ends work, on any node, on runs whose session was deleted; nothing of them is written any more. In: all of them,
   * and those that no node worked on.
   */
  async abandon(runIds: readonly string[], left: readonly LeftRun[]): Promise<void> {
    for (const run of left) this.answerer.abandon(run);
    for (const runId of runIds) this.worker.end(runId, 'deleted');
    const elsewhere = runIds.filter((runId) => !this.worker.running.includes(runId));
    if (elsewhere.length > 0) await this.signals.abandon(elsewhere);
  }

  /** Runs that a node may have missed of the sessions that it shows. */
  async findMissed(sessions: readonly ShownSession[]): Promise<MissedRun[]> {
    return this.runs.findMissed(sessions);
  }

  follow(
    session: SessionRef,
    runId: string,
    from: RunPosition,
    signal: AbortSignal,
  ): AsyncGenerator<RunEvent | typeof LOG_GONE> {
    return this.follower.follow(session, runId, from, signal);
  }

  private announce(session: SessionRef, event: RunEvent): void {
    const news: RunNews = { kind: 'answer', runId: event.run_id, events: [event] };
    this.fanOut.publish(sessionChannel(session), news);
  }
}
