import { Logger } from '@nestjs/common';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { parseEnv } from '../../src/config/env.schema.js';
import { DatabaseConfig } from '../../src/config/config.js';
import { dataSourceOptions } from '../../src/database/data-source.js';
import { type Signal, Signals } from '../../src/database/signals.js';
import { eventually } from '../support/client.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

Logger.overrideLogger(false);

const NOTE: Signal<{ text: string }> = { kind: 'note', schema: z.strictObject({ text: z.string() }) };

describe('signals between the nodes of one database', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let client: pg.Client;
  const open: Signals[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    dataSource = await new DataSource(dataSourceOptions(database.url, 2)).initialize();
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
  });
  afterEach(async () => {
    for (const signals of open.splice(0)) await signals.onApplicationShutdown();
  });
  afterAll(async () => {
    await client.end();
    await dataSource.destroy();
    await database.drop();
  });

  const node = async (url = database.url): Promise<{ signals: Signals; got: string[] }> => {
    const signals = new Signals(dataSource, new DatabaseConfig(parseEnv({ DATABASE_URL: url })));
    open.push(signals);
    const got: string[] = [];
    signals.on(NOTE, ({ text }) => got.push(text));
    await signals.onApplicationBootstrap();
    return { signals, got };
  };

  it('reach every other node in order, and never the own one', async () => {
    const [one, two, three] = [await node(), await node(), await node()];
    for (const text of ['a', 'b', 'c']) expect(await one.signals.tell(NOTE, { text })).toBe(true);
    await two.signals.tell(NOTE, { text: 'end' });
    await eventually(() => three.got.length === 4 && one.got.length === 1 && two.got.length === 3);
    expect([one.got, two.got, three.got]).toEqual([['end'], ['a', 'b', 'c'], ['a', 'b', 'c', 'end']]);
  });

  it('are ignored and counted where they have no acceptable form, and a failing handler harms nobody', async () => {
    const [one, two] = [await node(), await node()];
    const bad: Signal<null> = { kind: 'bad', schema: z.null() };
    two.signals.on(bad, () => {
      throw new Error('a bug of the handler');
    });
    const garbage = ['', 'no json', '[1,2,3]', '["n","note",{"text":1}]', '["n","unknown",{}]'];
    for (const payload of garbage) await client.query('SELECT pg_notify($1, $2)', ['chat_signals', payload]);
    await one.signals.tell(bad, null);
    await one.signals.tell(NOTE, { text: 'fine' });
    await eventually(() => two.got.length > 0);
    expect(two.got).toEqual(['fine']);
    expect(two.signals.refusals).toBe(4);
  });

  it('are refused where they would not fit', async () => {
    const { signals } = await node();
    await expect(signals.tell(NOTE, { text: 'x'.repeat(8000) })).rejects.toThrow('too long');
  });

  it('arrive again after the connection was cut, and say so', async () => {
    const [one, two] = [await node(), await node()];
    const restored = jest.fn();
    two.signals.onRestored(restored);
    await client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND application_name LIKE '% signals'`,
    );
    await eventually(() => !two.signals.connected || restored.mock.calls.length > 0);
    await eventually(() => restored.mock.calls.length > 0 && two.signals.connected);
    await one.signals.tell(NOTE, { text: 'back' });
    await eventually(() => two.got.includes('back'));
  });

  it('do not hold up the start where the database does not let them listen', async () => {
    const url = new URL(database.url);
    url.password = 'wrong';
    const { signals } = await node(url.href);
    expect(signals.connected).toBe(false);
  });
});
