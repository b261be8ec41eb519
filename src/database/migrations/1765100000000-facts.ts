import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The same text is one fact of a user, however often it is said; the table was empty before. */
export class Facts1765100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE facts ADD COLUMN digest text`);
    await runner.query(`CREATE UNIQUE INDEX facts_once ON facts (tenant_id, user_id, digest)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE facts DROP COLUMN digest');
  }
}
