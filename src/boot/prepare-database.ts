import { DatabaseConfig } from '../config/config.js';
import type { Env } from '../config/env.schema.js';
import { startEmbeddedPostgres } from '../database/embedded-postgres.js';
import { migrate } from '../database/migrate.js';
import type { Lifecycle } from './lifecycle.js';
import { StartError } from './start.error.js';

/**
 * Makes sure of a migrated database: the one of DATABASE_URL, or an embedded PostgreSQL in DATA_DIR that is
 * stopped with the service. In: the environment, the lifecycle, where to say what happens.
 * Out: the environment with DATABASE_URL filled in.
 */
export async function prepareDatabase(
  env: Env,
  lifecycle: Lifecycle,
  log: (line: string) => void,
): Promise<Env> {
  const url = env.DATABASE_URL ?? (await embedded(env, lifecycle, log));
  const complete = { ...env, DATABASE_URL: url };
  await migrateOrExplain(complete);
  return complete;
}

async function embedded(env: Env, lifecycle: Lifecycle, log: (line: string) => void): Promise<string> {
  if (env.ENV === 'production') {
    throw new StartError(
      'DATABASE_URL is unset. In production the service keeps its data in a PostgreSQL (15 or later) of yours; set DATABASE_URL to it.',
    );
  }
  const starting = startEmbeddedPostgres(new DatabaseConfig(env).dataDir, log);
  lifecycle.onStop(async () => {
    const server = await starting.catch(() => undefined);
    await server?.stop();
  });
  const { url, adopted } = await starting;
  if (adopted) log('Using the PostgreSQL that already runs in DATA_DIR.');
  return url;
}

async function migrateOrExplain(env: Env): Promise<void> {
  const url = new DatabaseConfig(env).url ?? '';
  try {
    await migrate(url);
  } catch (cause) {
    const { host, pathname } = new URL(url);
    throw new StartError(
      `The database ${pathname.slice(1)} at ${host} cannot be used: ${reasonOf(cause)}. Check DATABASE_URL and that PostgreSQL runs there.`,
      { cause },
    );
  }
}

/** A refused connection to a name with several addresses has no message of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
