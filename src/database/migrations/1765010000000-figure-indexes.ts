import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Refusals of the whole platform by time, and questions of a tenant by time: what figures are read from. */
const INDEXES = [
  `CREATE INDEX audit_log_refusals ON audit_log (created_at) WHERE outcome IN ('refused', 'failed')`,
  `CREATE INDEX chat_messages_questions ON chat_messages (tenant_id, created_at)
   WHERE type = 'user' AND state = 'complete' AND is_current`,
];

/** Figures of a period read the rows of that period and no others. */
export class FigureIndexes1765010000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const sql of INDEXES) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX audit_log_refusals, chat_messages_questions');
  }
}
