import type pg from 'pg';

export interface MessageRow {
  readonly id: string;
  readonly session: string;
  readonly position: number;
  readonly type: string;
  readonly state: string;
  readonly content: string;
  readonly key: string | null;
  readonly inReplyTo: string | null;
}

export interface RunRow {
  readonly id: string;
  readonly session: string;
  readonly question: string;
  readonly answer: string;
  readonly position: number;
  readonly state: string;
  readonly epoch: number;
  readonly attempts: number;
  /** Milliseconds of the database's clock. */
  readonly created: number;
  readonly started: number | null;
  readonly ended: number | null;
  /** When a stop was asked for. */
  readonly stopped: number | null;
}

export interface LogRow {
  readonly run: string;
  readonly epoch: number;
  readonly seq: number;
  readonly event: {
    readonly event: string;
    readonly text?: string;
    readonly message?: { readonly id: string; readonly content: string } | null;
  };
}

export interface StepRow {
  readonly run: string;
  readonly step: string;
  readonly state: string;
}

/** What the database holds at the end. */
export interface Rows {
  readonly messages: readonly MessageRow[];
  readonly runs: readonly RunRow[];
  readonly log: readonly LogRow[];
  readonly steps: readonly StepRow[];
}

const MESSAGES = `SELECT id, session_id AS session, position, type, state, content, client_message_id AS key,
  in_reply_to AS "inReplyTo" FROM chat_messages WHERE tenant_id = $1 ORDER BY session_id, position`;
const RUNS = `SELECT id, session_id AS session, question_id AS question, answer_id AS answer, position, state,
  lease_epoch AS epoch, attempts, extract(epoch FROM created_at)::float8 * 1000 AS created,
  extract(epoch FROM started_at)::float8 * 1000 AS started, extract(epoch FROM ended_at)::float8 * 1000 AS ended,
  extract(epoch FROM stop_requested_at)::float8 * 1000 AS stopped
  FROM chat_runs WHERE tenant_id = $1 ORDER BY session_id, position, created_at`;
const LOG = `SELECT run_id AS run, epoch, seq, event FROM chat_run_events WHERE tenant_id = $1
  ORDER BY run_id, epoch, seq`;

const STEPS = 'SELECT run_id AS run, step, state FROM chat_run_steps WHERE tenant_id = $1';

/** Reads everything of one tenant, in one view of the database, past every policy. In: a pool of a superuser. */
export async function readRows(pool: pg.Pool, tenant: string): Promise<Rows> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const { rows: messages } = await client.query<MessageRow>(MESSAGES, [tenant]);
    const { rows: runs } = await client.query<RunRow>(RUNS, [tenant]);
    const { rows: log } = await client.query<LogRow>(LOG, [tenant]);
    const { rows: steps } = await client.query<StepRow>(STEPS, [tenant]);
    await client.query('COMMIT');
    return { messages, runs, log, steps };
  } finally {
    client.release();
  }
}
