import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const TABLES = `SELECT relname AS name, seq_tup_read::int AS rows, n_live_tup::int AS live FROM pg_stat_user_tables`;
const INDEXES = `SELECT indexrelname AS name, idx_scan::int AS scans FROM pg_stat_user_indexes ORDER BY name`;
const BUFFERS = `SELECT relname AS name, (coalesce(heap_blks_read, 0) + coalesce(heap_blks_hit, 0)
  + coalesce(idx_blks_read, 0) + coalesce(idx_blks_hit, 0) + coalesce(toast_blks_read, 0) + coalesce(toast_blks_hit, 0)
  + coalesce(tidx_blks_read, 0) + coalesce(tidx_blks_hit, 0))::int AS buffers FROM pg_statio_user_tables`;

/**
 * Counts what `work` has a database read, as PostgreSQL's own statistics tell it (pg_stat_user_tables and its kin). A
 * connection that rests tells what it used after ten seconds; `toldAfter` is how many milliseconds are waited for that.
 * Out: the names of the indexes that were used; the tables of which half or more was read without one, with the rows read
 * that way (autovacuum reads a few to summarise a BRIN index); the buffers of 8 kB touched; and the milliseconds of it all.
 */
export async function watchTables({ databaseUrl: url, sizes: { toldAfter } }, work) {
  const before = await read(url, toldAfter);
  const begun = performance.now();
  await work();
  const after = await read(url, toldAfter);
  const grown = (kind, key) =>
    [...after[kind]]
      .map(([name, row]) => ({ name, value: row[key] - (before[kind].get(name)?.[key] ?? 0) }))
      .filter(({ value }) => value > 0);
  return {
    ms: performance.now() - begun,
    indexes: grown('indexes', 'scans').map(({ name }) => name),
    readWhole: new Map(
      grown('tables', 'rows')
        .filter(({ name, value }) => value >= after.tables.get(name).live / 2)
        .map(({ name, value }) => [name, value]),
    ),
    buffers: grown('buffers', 'buffers').reduce((sum, { value }) => sum + value, 0),
  };
}

async function read(url, toldAfter) {
  await sleep(toldAfter);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const rowsOf = async (sql) => new Map((await client.query(sql)).rows.map((row) => [row.name, row]));
    return { tables: await rowsOf(TABLES), indexes: await rowsOf(INDEXES), buffers: await rowsOf(BUFFERS) };
  } finally {
    await client.end();
  }
}
