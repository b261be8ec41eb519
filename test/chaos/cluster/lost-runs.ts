import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Recorder } from '../record/recorder.js';

export interface OwnedRun {
  readonly id: string;
  readonly epoch: number;
}

/** Milliseconds for which a takeover is awaited. */
const PATIENCE = 45_000;
const POLL = 100;

/** The runs that the node of a process works on now. */
export async function runsOf(database: pg.Pool, pid: number): Promise<OwnedRun[]> {
  const { rows } = await database.query<OwnedRun>(
    `SELECT id, lease_epoch AS epoch FROM chat_runs WHERE state = 'running' AND split_part(lease_owner, ':', 2) = $1`,
    [String(pid)],
  );
  return rows;
}

/**
 * In: runs and the epochs in which they were lost, and when, by the clock of `performance`. Watches runs whose node was lost just now until another has taken each over, and notes how long it took.
 * A run that ended in its old epoch had ended before.
 */
export async function watchTakeovers(
  database: pg.Pool,
  recorder: Recorder,
  lost: ReadonlyMap<string, number>,
  begun: number,
): Promise<void> {
  const open = new Map(lost);
  while (open.size > 0 && performance.now() - begun < PATIENCE) {
    await sleep(POLL);
    const { rows } = await database
      .query<{ id: string; epoch: number; state: string }>(
        'SELECT id, lease_epoch AS epoch, state FROM chat_runs WHERE id = ANY ($1)',
        [[...open.keys()]],
      )
      .catch(() => ({ rows: [] }));
    for (const { id, epoch, state } of rows) {
      const old = open.get(id) ?? 0;
      if (epoch === old && state === 'running') continue;
      open.delete(id);
      if (epoch === old) continue;
      const ms = Math.round(performance.now() - begun);
      recorder.add({ kind: 'takeover', run: id, epoch: old, seq: await lastSeq(database, id, old), ms });
    }
  }
  for (const [run, epoch] of open) recorder.add({ kind: 'takeover', run, epoch, seq: Infinity });
}

async function lastSeq(database: pg.Pool, run: string, epoch: number): Promise<number> {
  const { rows } = await database.query<{ seq: number | null }>(
    'SELECT max(seq) AS seq FROM chat_run_events WHERE run_id = $1 AND epoch = $2',
    [run, epoch],
  );
  return rows[0]?.seq ?? 0;
}
