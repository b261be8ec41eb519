import type { MigrationInterface, QueryRunner } from 'typeorm';
import { FUNCTIONS } from './foundation/functions.js';
import { APP_ROLE, POLICIES } from './foundation/policies.js';
import { RUN_FUNCTIONS } from './foundation/run-functions.js';
import { USER_FUNCTIONS } from './foundation/user-functions.js';
import { TABLE_NAMES, TABLES } from './foundation/tables.js';

export class Foundation1763800000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [APP_ROLE, TABLES, POLICIES, FUNCTIONS, RUN_FUNCTIONS, USER_FUNCTIONS])
      await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE ${TABLE_NAMES.join(', ')} CASCADE`);
    await runner.query(
      `DROP FUNCTION chat_enter, conversations_append, conversations_switch, conversations_before, chat_accept, runs_claim, runs_renew,
        runs_waiting, runs_log, chat_end, chat_retry, runs_cancel_queued, chat_erase_session, runs_trim`,
    );
  }
}
