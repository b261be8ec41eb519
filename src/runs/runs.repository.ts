import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Scope, SYSTEM, userScope } from '../database/scope.js';
import { LoggedRunEvent } from './run-event.entity.js';
import { Run } from './run.entity.js';
import {
  type ActiveRun,
  type ClaimedRun,
  type MissedRun,
  OPEN_STATES,
  type RunEvent,
  type RunPosition,
  type RunState,
  type SessionRef,
  type ShownSession,
} from './runs.contract.js';
import type { Principal } from '../auth/principal.js';
import { StepsRepository } from './steps/steps.repository.js';

interface RunRow {
  id: string;
  tenant_id: string;
  user_id: string;
  session_id: string;
  question_id: string;
  answer_id: string;
  position: number;
  lease_epoch: number;
  attempts: number;
  principal: Principal;
  request: Record<string, unknown>;
  started_at: Date;
  lease_until: Date;
  stop_requested_at: Date | null;
  backend_ref: unknown;
}

export interface LogEntry extends RunPosition {
  readonly runId: string;
  readonly body: object;
}

export interface RunStatus extends SessionRef {
  readonly id: string;
  readonly state: RunState;
  readonly answerId: string;
  readonly epoch: number;
}

export interface QuestionRun {
  readonly question_id: string;
  readonly run_id: string;
  readonly state: RunState;
}

type Owner = Pick<SessionRef, 'tenantId' | 'userId'>;

@Injectable()
export class RunsRepository {
  constructor(
    private readonly scope: Scope,
    private readonly steps: StepsRepository,
  ) {}

  /** Takes a run for `owner` if it is free and first in its session; raises its epoch. */
  async claim(runId: string, owner: string, leaseMs: number): Promise<ClaimedRun | undefined> {
    const [row] = await this.scope.call<RunRow>('runs_claim', [runId, owner, leaseMs]);
    return row && toClaimed(row, leaseMs);
  }

  /** Renews leases; returns the runs that are still the owner's, each with whether somebody wants it stopped. */
  async renew(owner: string, runIds: readonly string[], leaseMs: number): Promise<Map<string, boolean>> {
    const rows = await this.scope.call<{ run_id: string; stopping: boolean }>('runs_heartbeat', [
      owner,
      runIds,
      leaseMs,
    ]);
    return new Map(rows.map((row) => [row.run_id, row.stopping]));
  }

  /**
   * Keeps what a takeover needs of work that goes on elsewhere; null forgets it.
   * Out: false where the run is not in this epoch any more.
   */
  async keepReference(run: Pick<ClaimedRun, 'id' | 'epoch'>, reference: unknown): Promise<boolean> {
    return this.scope.run(SYSTEM, async () => {
      const [row] = await this.scope.manager.query<{ kept: boolean }[]>(
        `WITH kept AS (
           UPDATE chat_runs SET backend_ref = $3 WHERE id = $1 AND lease_epoch = $2 AND state = 'running' RETURNING id
         ) SELECT EXISTS (SELECT FROM kept) AS kept`,
        [run.id, run.epoch, reference === null ? null : JSON.stringify(reference)],
      );
      return row?.kept ?? false;
    });
  }

  /** Runs that nobody works on: queued ones and those whose lease ran out. */
  async findWaiting(limit: number): Promise<string[]> {
    const rows = await this.scope.call<{ runs_waiting: string }>('runs_waiting', [limit]);
    return rows.map((row) => row.runs_waiting);
  }

  /** Writes events of several runs in one fenced statement; returns the runs whose events were taken. */
  async append(entries: readonly LogEntry[]): Promise<Set<string>> {
    const rows = await this.scope.call<{ runs_log: string }>('runs_log', [
      entries.map((entry) => entry.runId),
      entries.map((entry) => entry.epoch),
      entries.map((entry) => entry.seq),
      entries.map((entry) => JSON.stringify(entry.body)),
    ]);
    return new Set(rows.map((row) => row.runs_log));
  }

  /** Deletes the log of runs that ended long ago; returns how many events went. */
  async trim(afterMinutes: number, limit: number): Promise<number> {
    const [row] = await this.scope.call<{ runs_trim: number }>('runs_trim', [afterMinutes, limit]);
    return row?.runs_trim ?? 0;
  }

  /** Cancels a run that has not begun, and notes the stop of one that has; undefined for a run that is not the owner's. */
  async stop(
    owner: Owner,
    runId: string,
  ): Promise<{ state: RunState; session_id: string; cancelled: boolean } | undefined> {
    const [row] = await this.scope.call<{ state: RunState; session_id: string; cancelled: boolean }>(
      'runs_stop',
      [owner.tenantId, owner.userId, runId],
    );
    return row;
  }

  async statusOf(owner: Owner, runId: string): Promise<RunStatus | undefined> {
    return this.scope.run(userScope(owner), async () => {
      const run = await this.scope.manager.findOneBy(Run, { ...ownerWhere(owner), id: runId });
      return run ? toStatus(run) : undefined;
    });
  }

  /** The run that works in a session; where none does, the one that waits first. */
  async findActive(session: SessionRef): Promise<ActiveRun | undefined> {
    return this.scope.run(userScope(session), async () => {
      const run = await this.scope.manager
        .createQueryBuilder(Run, 'r')
        .where({ ...ownerWhere(session), sessionId: session.sessionId, state: In([...OPEN_STATES]) })
        .orderBy("CASE r.state WHEN 'queued' THEN 1 ELSE 0 END")
        .addOrderBy('r.position')
        .getOne();
      if (!run) return undefined;
      const last = await this.scope.manager.findOne(LoggedRunEvent, {
        where: { runId: run.id, epoch: run.leaseEpoch },
        order: { seq: 'DESC' },
        select: { runId: true, epoch: true, seq: true },
      });
      const waits = run.state === 'awaiting_approval';
      return {
        runId: run.id,
        messageId: run.answerId,
        state: run.state,
        epoch: run.leaseEpoch,
        seq: last?.seq ?? 0,
        approval: waits ? await this.steps.findPending(run.id) : undefined,
      };
    });
  }

  /** Runs of many sessions that are open or began within the session's age, each session's in its order. */
  async findMissed(sessions: readonly ShownSession[]): Promise<MissedRun[]> {
    const rows = await this.scope.call<{
      run_id: string;
      tenant_id: string;
      user_id: string;
      session_id: string;
      question_id: string;
      is_new: boolean;
    }>('runs_missed', [
      sessions.map(({ tenantId }) => tenantId),
      sessions.map(({ userId }) => userId),
      sessions.map(({ sessionId }) => sessionId),
      sessions.map(({ ageMs }) => Math.ceil(ageMs)),
    ]);
    return rows.map((row) => ({
      tenantId: row.tenant_id,
      userId: row.user_id,
      sessionId: row.session_id,
      runId: row.run_id,
      questionId: row.question_id,
      isNew: row.is_new,
    }));
  }

  /** Open runs of one user. */
  async findOpenOf(owner: Owner): Promise<string[]> {
    return this.scope.run(userScope(owner), async () => {
      const runs = await this.scope.manager.find(Run, {
        where: { ...ownerWhere(owner), state: In([...OPEN_STATES]) },
        order: { position: 'DESC' },
        select: { id: true },
      });
      return runs.map(({ id }) => id);
    });
  }

  /** The newest run of each of these questions of a session. */
  async findNewestOf(session: SessionRef, questionIds: readonly string[]): Promise<QuestionRun[]> {
    return this.scope.run(userScope(session), () =>
      this.scope.manager.query<QuestionRun[]>(
        `SELECT DISTINCT ON (question_id) question_id, id AS run_id, state FROM chat_runs
         WHERE tenant_id = $1 AND user_id = $2 AND session_id = $3 AND question_id = ANY ($4)
         ORDER BY question_id, created_at DESC`,
        [session.tenantId, session.userId, session.sessionId, questionIds],
      ),
    );
  }

  /** The next open run of a session in its order. */
  async findNext(session: SessionRef): Promise<string | undefined> {
    return this.scope.run(SYSTEM, async () => {
      const run = await this.scope.manager.findOne(Run, {
        where: { ...ownerWhere(session), sessionId: session.sessionId, state: 'queued' },
        order: { position: 'ASC' },
        select: { id: true },
      });
      return run?.id;
    });
  }

  /** Logged events after a position: the rest of that epoch, or the whole newest one where it is older. */
  async eventsAfter(
    owner: Owner,
    runId: string,
    after: RunPosition,
  ): Promise<{ status: RunStatus; events: RunEvent[] } | undefined> {
    return this.scope.run(userScope(owner), async () => {
      const run = await this.scope.manager.findOneBy(Run, { ...ownerWhere(owner), id: runId });
      if (!run) return undefined;
      const sameEpoch = after.epoch === run.leaseEpoch;
      const rows = await this.scope.manager
        .createQueryBuilder(LoggedRunEvent, 'e')
        .where('e.runId = :runId AND e.epoch = :epoch AND e.seq > :seq', {
          runId,
          epoch: run.leaseEpoch,
          seq: sameEpoch ? after.seq : 0,
        })
        .orderBy('e.seq', 'ASC')
        .getMany();
      return { status: toStatus(run), events: rows.map((row) => toEvent(row, run.sessionId)) };
    });
  }
}

function ownerWhere(owner: Owner): Owner {
  return { tenantId: owner.tenantId, userId: owner.userId };
}

function toEvent(row: LoggedRunEvent, sessionId: string): RunEvent {
  return { ...row.event, session_id: sessionId, run_id: row.runId, epoch: row.epoch, seq: row.seq };
}

function toStatus(run: Run): RunStatus {
  return {
    id: run.id,
    tenantId: run.tenantId,
    userId: run.userId,
    sessionId: run.sessionId,
    state: run.state,
    answerId: run.answerId,
    epoch: run.leaseEpoch,
  };
}

function toClaimed(row: RunRow, leaseMs: number): ClaimedRun {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    userId: row.user_id,
    sessionId: row.session_id,
    questionId: row.question_id,
    answerId: row.answer_id,
    position: row.position,
    epoch: row.lease_epoch,
    attempts: row.attempts,
    principal: row.principal,
    request: row.request,
    startedAt: row.started_at,
    claimedAt: new Date(row.lease_until.getTime() - leaseMs),
    stopRequested: row.stop_requested_at !== null,
    backendRef: row.backend_ref,
  };
}
