import { DataSource } from 'typeorm';
import { dataSourceOptions } from './data-source.js';

/** Any fixed number; every process that migrates this database takes the same advisory lock. */
const MIGRATION_LOCK = 7_246_003;

/**
 * Brings the schema up to date. Several processes may call it at once: one works, the others wait.
 * In: the database's address. Out: the names of the migrations that were run.
 */
export async function migrate(url: string): Promise<string[]> {
  const dataSource = await new DataSource({ ...dataSourceOptions(url, 2) }).initialize();
  const lock = dataSource.createQueryRunner();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const done = await dataSource.runMigrations();
    return done.map((migration) => migration.name);
  } finally {
    await lock.release();
    await dataSource.destroy();
  }
}
