import { join } from 'node:path';
import { ROOT, StepError } from './run.mjs';
import { importSource } from './source.mjs';

const LEFT_BEHIND_AFTER = 60 * 60 * 1000;

/**
 * A PostgreSQL for tests: that of TEST_DATABASE_URL, or one in .cache/test-postgres that every test run of this
 * checkout shares and that waits for no disk: its data outlive a kill but no power cut, and are thrown away.
 * In: where to say what happens. Out: `{ env, stop }`, the variables that tests read.
 */
export async function startTestPostgres(log) {
  const given = process.env.TEST_DATABASE_URL;
  const server = given ? { url: given, stop: async () => undefined } : await startOwn(log);
  await removeLeftovers(server.url);
  return { env: { TEST_DATABASE_URL: server.url }, stop: () => server.stop() };
}

async function startOwn(log) {
  const { startEmbeddedPostgres } = await importSource('database/embedded-postgres');
  try {
    return await startEmbeddedPostgres(join(ROOT, '.cache', 'test-postgres'), log, { fsync: 'off' });
  } catch (error) {
    throw new StepError(
      `The tests need PostgreSQL. ${error.message}\nFor the tests alone: set TEST_DATABASE_URL to a login of PostgreSQL 15 or later that may create databases.`,
    );
  }
}

/** Databases that a killed test run left behind; their names carry the time of making, see test/support/postgres.ts. */
async function removeLeftovers(url) {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url });
  await client.connect().catch((error) => {
    throw new StepError(`The PostgreSQL of TEST_DATABASE_URL does not answer: ${error.message}`);
  });
  try {
    const { rows } = await client.query(
      String.raw`SELECT datname FROM pg_database WHERE datname ~ '^test_\d+_[0-9a-f]+$'`,
    );
    for (const { datname } of rows) {
      const age = Date.now() - Number(datname.split('_')[1]);
      if (age > LEFT_BEHIND_AFTER) await client.query(`DROP DATABASE IF EXISTS ${datname} WITH (FORCE)`);
    }
  } finally {
    await client.end();
  }
}
