import type { MigrationInterface, QueryRunner } from 'typeorm';
import { SUMMARY_FUNCTIONS } from './memory/summaries.js';

/** Older turns of a conversation are summarised after an answer. */
export class Summaries1764910000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const sql of SUMMARY_FUNCTIONS) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION memory_live, memory_keep');
  }
}
