import type { MigrationInterface, QueryRunner } from 'typeorm';
import { BY_POSITION, claimBy, RESUMED_FIRST, STOP, STOP_BEFORE, waitingBy } from './approvals/claiming.js';
import { JOURNAL_FUNCTIONS } from './approvals/journal.js';
import { WAITING_FUNCTIONS } from './approvals/waiting.js';

/** In a step's row, not the run's: a node of the version before reads whole rows of runs, and must not see them change. */
const COLUMNS = `
ALTER TABLE chat_run_steps
  ADD COLUMN approval_id text,
  ADD COLUMN epoch integer NOT NULL DEFAULT 0,
  ADD COLUMN shown jsonb,
  ADD COLUMN comment text,
  ADD COLUMN decided_at timestamptz;
CREATE UNIQUE INDEX chat_run_steps_approval ON chat_run_steps (run_id, approval_id) WHERE approval_id IS NOT NULL;
CREATE INDEX chat_run_steps_expiry ON chat_run_steps (expires_at) WHERE state = 'proposed';
`;

/** Runs wait for a person's decision and go on after it; steps with effects are done at most once. */
export class Approvals1764400000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const functions = [...WAITING_FUNCTIONS, ...JOURNAL_FUNCTIONS];
    const replaced = [claimBy(RESUMED_FIRST), waitingBy(RESUMED_FIRST), STOP];
    for (const sql of [COLUMNS, ...functions, ...replaced]) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const sql of [claimBy(BY_POSITION), waitingBy(BY_POSITION), STOP_BEFORE]) await runner.query(sql);
    await runner.query(
      `DROP FUNCTION runs_pause, runs_go_on, runs_decide, runs_expire, runs_resumption, runs_step_begin, runs_step_end`,
    );
    await runner.query(
      `ALTER TABLE chat_run_steps DROP COLUMN approval_id, DROP COLUMN epoch, DROP COLUMN shown, DROP COLUMN comment,
         DROP COLUMN decided_at`,
    );
    await runner.query('DROP INDEX IF EXISTS chat_run_steps_expiry');
  }
}
