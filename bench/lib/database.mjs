import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { StepError } from '../../scripts/lib/run.mjs';
import { importSource } from '../../scripts/lib/source.mjs';

const LEFT_BEHIND_AFTER = 2 * 60 * 60 * 1000;
const MEMORY = '/dev/shm';
/** Bytes that must be free in it: a long run fills several hundred megabytes. */
const MEMORY_NEEDED = 2 ** 30;

/**
 * A fresh database for one run: on the server of DATABASE_URL, or on an embedded PostgreSQL below `folder`; with
 * `memory` always on an embedded one, in a folder of /dev/shm that is removed afterwards.
 * Out: its address; the `folder` of the embedded PostgreSQL; `watchCpu()`, which gives a function that tells the
 * milliseconds of processor time that the server's processes have spent since, undefined where they are not on this
 * machine; `count(table, where)`, the rows for which a condition of SQL holds; `close()`, which drops the database.
 */
export async function openDatabase(options) {
  const server = await openServer(options);
  const admin = new pg.Client({ connectionString: server.url });
  await admin.connect();
  await dropLeftovers(admin);
  const name = `bench_${Date.now()}_${randomBytes(4).toString('hex')}`;
  await admin.query(`CREATE DATABASE ${name}`);
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  const { rows } = await admin.query('SELECT pg_backend_pid() AS pid');
  const postmaster = parentOf(rows[0].pid);
  return {
    url: url.href,
    folder: server.folder,
    watchCpu: () => {
      if (postmaster === undefined) return () => undefined;
      const before = cpuOfChildren(postmaster);
      return () => spentBetween(before, cpuOfChildren(postmaster));
    },
    count: (table, where) => countRows(url.href, table, where),
    close: async () => {
      await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await admin.end();
      await server.stop();
    },
  };
}

async function openServer({ folder, memory, log }) {
  if (memory) return openInMemory(log);
  if (process.env.DATABASE_URL) return { url: process.env.DATABASE_URL, stop: async () => undefined };
  return openEmbedded(join(folder, 'postgres'), log);
}

async function openEmbedded(folder, log) {
  const { startEmbeddedPostgres } = await importSource('database/embedded-postgres');
  const server = await startEmbeddedPostgres(folder, log);
  return { url: server.url, folder, stop: () => server.stop() };
}

/** The folder has one name, so that a run that was killed leaves one at most, which the next run takes over. */
async function openInMemory(log) {
  expectMemory();
  const folder = join(MEMORY, `chat-bench-${process.getuid()}`);
  const server = await openEmbedded(folder, log);
  const stop = async () => {
    await server.stop();
    if (!existsSync(join(folder, 'postgres', 'postmaster.pid'))) rmSync(folder, { recursive: true });
  };
  return { ...server, stop };
}

/** Throws a sentence where this machine has no file system in memory, or a small one. */
function expectMemory() {
  if (!existsSync(MEMORY)) throw new StepError(`--memory needs ${MEMORY}, which this machine does not have.`);
  const { bavail, bsize } = statfsSync(MEMORY);
  if (bavail * bsize < MEMORY_NEEDED) throw new StepError(`--memory needs 1 GB in ${MEMORY}; there is less.`);
}

async function dropLeftovers(admin) {
  const { rows } = await admin.query(
    String.raw`SELECT datname FROM pg_database WHERE datname ~ '^bench_\d+_[0-9a-f]+$'`,
  );
  for (const { datname } of rows) {
    const age = Date.now() - Number(datname.split('_')[1]);
    if (age > LEFT_BEHIND_AFTER) await admin.query(`DROP DATABASE IF EXISTS ${datname} WITH (FORCE)`);
  }
}

async function countRows(url, table, where = 'true') {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(
    `SELECT count(*)::int AS rows FROM ${client.escapeIdentifier(table)} WHERE ${where}`,
  );
  await client.end();
  return rows[0].rows;
}

/** The fields of /proc/<pid>/stat after the name; undefined where there is no such process of PostgreSQL here. */
function statOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const end = text.lastIndexOf(')');
    return text.slice(0, end).includes('(postgres') ? text.slice(end + 2).split(' ') : undefined;
  } catch {
    return undefined;
  }
}

function parentOf(pid) {
  const stat = statOf(pid);
  return stat && Number(stat[1]);
}

/** Nanoseconds of processor time of each child that lives. */
function cpuOfChildren(postmaster) {
  const times = new Map();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name) || parentOf(name) !== postmaster) continue;
    try {
      times.set(name, Number(readFileSync(`/proc/${name}/schedstat`, 'utf8').split(' ')[0]));
    } catch {
      continue;
    }
  }
  return times;
}

/** Milliseconds between two such readings; a process that ended meanwhile is left out. */
function spentBetween(before, after) {
  let nanoseconds = 0;
  for (const [name, time] of after) nanoseconds += time - (before.get(name) ?? 0);
  return nanoseconds / 1e6;
}
