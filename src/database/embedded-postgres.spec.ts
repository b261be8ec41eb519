import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.js';
import { livePostmaster } from './embedded/postmaster.js';

describe('embedded PostgreSQL', () => {
  let folder: string;
  let lines: string[];
  const started: EmbeddedPostgres[] = [];

  const start = async (dataDir = folder): Promise<EmbeddedPostgres> => {
    const server = await startEmbeddedPostgres(dataDir, (line) => lines.push(line));
    started.push(server);
    return server;
  };
  const cluster = (): string => join(folder, 'postgres');
  const query = async (url: string, sql: string): Promise<Record<string, unknown>[]> => {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  };

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'embedded-postgres-'));
  });
  beforeEach(() => {
    lines = [];
  });
  afterEach(async () => {
    for (const server of started.splice(0)) await server.stop();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('starts a durable server that only this machine and this user can reach', async () => {
    const { url, adopted } = await start();
    expect(adopted).toBe(false);
    const settings = await query(
      url,
      `SELECT name, setting FROM pg_settings WHERE name IN
       ('fsync', 'synchronous_commit', 'listen_addresses', 'unix_socket_directories', 'password_encryption') ORDER BY name`,
    );
    expect(settings.map(({ name, setting }) => `${String(name)}=${String(setting)}`)).toEqual([
      'fsync=on',
      'listen_addresses=127.0.0.1',
      'password_encryption=scram-sha-256',
      'synchronous_commit=on',
      'unix_socket_directories=',
    ]);
    expect(statSync(join(cluster(), 'connection.json')).mode & 0o777).toBe(0o600);
    const wrong = new URL(url);
    wrong.password = 'wrong';
    await expect(query(wrong.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  });

  it('sorts and folds text alike on every machine', async () => {
    const { url } = await start();
    const [row] = await query(url, `SELECT lower('ÄÖÜ') AS lower, 'Straße' ILIKE 'STRAßE' AS alike`);
    expect(row).toEqual({ lower: 'äöü', alike: true });
  });

  it('keeps its rows and its port over a restart and leaves no process behind', async () => {
    const first = await start();
    await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    expect(livePostmaster(cluster())).toBeUndefined();
    const second = await start();
    expect(second.url).toBe(first.url);
    expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('takes another port when the kept one is in use', async () => {
    const first = await start();
    await first.stop();
    const squatter = (await import('node:net')).createServer();
    await new Promise<void>((done) => squatter.listen(Number(new URL(first.url).port), '127.0.0.1', done));
    const second = await start();
    expect(new URL(second.url).port).not.toBe(new URL(first.url).port);
    await new Promise((done) => squatter.close(done));
  });

  it('is shared by two services, and the last one to stop ends it', async () => {
    const first = await start();
    const second = await start();
    expect([first.adopted, second.adopted]).toEqual([false, true]);
    expect(second.url).toBe(first.url);
    await first.stop();
    expect(await query(second.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await second.stop();
    expect(livePostmaster(cluster())).toBeUndefined();
  });

  it('gives one server to services that start at the same moment', async () => {
    const servers = await Promise.all([start(), start(), start()]);
    expect(new Set(servers.map(({ url }) => url)).size).toBe(1);
    await Promise.all(servers.map((server) => server.stop()));
    expect(livePostmaster(cluster())).toBeUndefined();
  });

  it('is up again under the same address after its postmaster was killed', async () => {
    const { url } = await start();
    process.kill(Number(livePostmaster(cluster())?.pid), 'SIGKILL');
    for (let tries = 0; tries < 200; tries++) {
      await sleep(100);
      const rows = await query(url, 'SELECT 1 AS one').catch(() => []);
      if (rows.length) break;
    }
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(lines.join('\n')).toContain('started again');
  });

  it('starts although a stale postmaster.pid names a living process of something else', async () => {
    await (await start()).stop();
    const lockFile = join(cluster(), 'postmaster.pid');
    writeFileSync(lockFile, `${process.pid}\n${cluster()}\n1700000000\n5432\n\n127.0.0.1\n  1 1\nready   \n`);
    const { url, adopted } = await start();
    expect(adopted).toBe(false);
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it("does not take the original's server for that of a copied folder", async () => {
    const original = await start();
    const copy = mkdtempSync(join(tmpdir(), 'embedded-postgres-copy-'));
    try {
      cpSync(folder, copy, { recursive: true });
      expect(existsSync(join(copy, 'postgres', 'postmaster.pid'))).toBe(true);
      expect(livePostmaster(join(copy, 'postgres'))).toBeUndefined();
      expect(livePostmaster(cluster())?.port).toBe(Number(new URL(original.url).port));
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  });

  it('says what to do about data of another major version', async () => {
    const other = mkdtempSync(join(tmpdir(), 'embedded-postgres-old-'));
    try {
      cpSync(folder, other, { recursive: true });
      writeFileSync(join(other, 'postgres', 'PG_VERSION'), '15\n');
      await expect(start(other)).rejects.toThrow(/PostgreSQL 15.*DATABASE_URL/s);
    } finally {
      rmSync(other, { recursive: true, force: true });
    }
  });

  it('writes nothing to its log that people wrote', async () => {
    const { url } = await start();
    await expect(query(url, `SELECT 'a private sentence'::integer`)).rejects.toThrow();
    const log = readFileSync(join(folder, 'postgres.log'), 'utf8');
    expect(log).toContain('ready to accept connections');
    expect(log).not.toMatch(/SELECT|private sentence/);
  });
});
