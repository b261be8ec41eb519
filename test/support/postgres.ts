import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { built } from './built.js';

const ROOT = resolve(__dirname, '../..');
const DATABASE = join(ROOT, 'src', 'database');
const TEMPLATE_LOCK = 7_246_004;

export interface TestDatabase {
  /** Address with a login that is a superuser, as in a careless deployment: the policies must bind all the same. */
  readonly url: string;
  /** Removes the database, also while the service under test still holds connections. */
  drop(): Promise<void>;
}

/** The server of this test run, started by scripts/test.mjs or by jest's global set-up. */
export function serverUrl(): string {
  const url = process.env['TEST_DATABASE_URL'];
  if (!url)
    throw new Error('TEST_DATABASE_URL is unset: this project of jest.config.cjs lacks the global set-up.');
  return url;
}

/** A fresh, migrated database named by the time of its making, copied from a template that is migrated once per schema. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `test_${Date.now()}_${randomBytes(4).toString('hex')}`;
  await withServer(async (client) => {
    const template = await ensureTemplate(client);
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  });
  return {
    url: urlOf(name),
    drop: () =>
      withServer(async (client) => void (await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))),
  };
}

async function ensureTemplate(client: pg.Client): Promise<string> {
  const template = `chat_template_${schemaHash()}`;
  const exists = async (): Promise<boolean> =>
    (await client.query('SELECT FROM pg_database WHERE datname = $1', [template])).rowCount === 1;
  if (await exists()) return template;
  await client.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK]);
  try {
    if (await exists()) return template;
    const draft = `${template}_draft`;
    await client.query(`DROP DATABASE IF EXISTS ${draft} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${draft}`);
    const { migrate } = await built('database/migrate.js');
    await migrate(urlOf(draft));
    await client.query(`ALTER DATABASE ${draft} RENAME TO ${template}`);
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [TEMPLATE_LOCK]);
  }
  return template;
}

let hash: string | undefined;

function schemaHash(): string {
  if (hash) return hash;
  const sum = createHash('sha256');
  for (const name of readdirSync(DATABASE, { recursive: true }).map(String).sort()) {
    if (name.endsWith('.ts')) sum.update(name).update(readFileSync(join(DATABASE, name)));
  }
  hash = sum.digest('hex').slice(0, 12);
  return hash;
}

function urlOf(database: string): string {
  const url = new URL(serverUrl());
  url.pathname = `/${database}`;
  return url.href;
}

async function withServer<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: serverUrl() });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
