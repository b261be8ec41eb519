import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ANALYTICS_TABLES } from './analytics/days.js';
import { FIGURE_FUNCTIONS } from './analytics/figures.js';

/** Figures of tenants and of the platform, by day, without reading every answer of the period again. */
export class Analytics1764800000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [...ANALYTICS_TABLES, ...FIGURE_FUNCTIONS]) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP FUNCTION analytics_roll, analytics_read, analytics_figures, analytics_id_at, analytics_value, analytics_bucket',
    );
    await runner.query('DROP TABLE analytics_days, analytics_progress');
    await runner.query('DROP INDEX usage_ledger_time, feedback_tenant, feedback_time');
  }
}
