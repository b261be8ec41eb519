import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ACCEPT_FUNCTIONS } from './group-commit/accept.js';
import { END_FUNCTIONS } from './group-commit/end.js';

/**
 * Questions and ends of answers that wait together go to the database in one statement; a question whose session is
 * idle is claimed by the node that accepts it. The functions of the foundation stay for a node of the version before.
 */
export class GroupCommit1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [ACCEPT_FUNCTIONS, END_FUNCTIONS]) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP FUNCTION chat_known, chat_append, chat_accept_all, chat_lock_ends, chat_end_one, chat_end_all',
    );
  }
}
