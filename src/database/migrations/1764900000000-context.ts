import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ACCEPT_FUNCTIONS } from './group-commit/accept.js';
import { CONTEXT_FUNCTIONS } from './memory/context.js';

/** A run knows what its session knows of the page; what was said before comes with places, times and a summary. */
export class Context1764900000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const sql of CONTEXT_FUNCTIONS) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(ACCEPT_FUNCTIONS.replaceAll('CREATE FUNCTION', 'CREATE OR REPLACE FUNCTION'));
    await runner.query('DROP FUNCTION conversations_past, conversations_summary');
  }
}
