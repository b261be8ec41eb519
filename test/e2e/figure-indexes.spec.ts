import pg from 'pg';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../src/database/data-source.js';
import { Scope, type Who } from '../../src/database/scope.js';
import { EventsRepository } from '../../src/monitoring/analytics/events.repository.js';
import { TalksRepository } from '../../src/monitoring/analytics/talks.repository.js';
import { eventually } from '../support/client.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

const ROWS = 20_000;
const TENANTS = 20;
const DAYS = 100;

/** Rows of many tenants, even over the days, and statistics of them; past triggers, which are not what is tried. */
const FILL = [
  'SET session_replication_role = replica',
  `INSERT INTO audit_log (id, tenant_id, user_id, action, outcome, created_at)
   SELECT gen_random_uuid(), 't' || n % ${TENANTS}, 'u' || n % 1000, 'access.refuse',
     CASE n % 2 WHEN 0 THEN 'refused' ELSE 'allowed' END, now() - n * interval '${DAYS} days' / ${ROWS}
   FROM generate_series(1, ${ROWS}) n`,
  `INSERT INTO chat_messages (id, tenant_id, user_id, session_id, position, type, state, content, created_at)
   SELECT gen_random_uuid(), 't' || n % ${TENANTS}, 'u' || n % 1000, 's' || n, 1,
     CASE n / ${TENANTS} % 2 WHEN 0 THEN 'user' ELSE 'assistant' END, 'complete', 'What is new, please?',
     now() - n * interval '${DAYS} days' / ${ROWS}
   FROM generate_series(1, ${ROWS}) n`,
  'ANALYZE audit_log, chat_messages',
];

describe('figures of a period', () => {
  let database: TestDatabase;
  let client: pg.Client;
  beforeAll(async () => {
    database = await createTestDatabase();
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    for (const sql of FILL) await client.query(sql);
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  const scans = async (index: string): Promise<number> => {
    const sql = 'SELECT idx_scan::int AS scans FROM pg_stat_user_indexes WHERE indexrelname = $1';
    return (await client.query<{ scans: number }>(sql, [index])).rows[0]?.scans ?? 0;
  };

  /** Reads in the scope as the service does, and comes back when its connections have told what they scanned. */
  const read = async (work: (scope: Scope) => Promise<{ rows: readonly unknown[] }>): Promise<number> => {
    const db = await new DataSource(dataSourceOptions(database.url, 1)).initialize();
    try {
      return (await work(new Scope(db))).rows.length;
    } finally {
      await db.destroy();
    }
  };

  const PLATFORM: Who = { scope: 'platform' };
  const TENANT: Who = { scope: 'tenant', tenantId: 't4' };

  it.each([
    ['audit_log_refusals', (scope: Scope) => new EventsRepository(scope).security(PLATFORM, 24)],
    ['audit_log_refusals', (scope: Scope) => new EventsRepository(scope).securityByHour(PLATFORM, 24)],
    [
      'chat_messages_questions',
      (scope: Scope) => new TalksRepository(scope).questions(TENANT, 7, { questions: 500, characters: 200 }),
    ],
  ])('are read by %s, under row-level security', async (index, work) => {
    const before = await scans(index);
    expect(await read(work)).toBeGreaterThan(0);
    await eventually(async () => (await scans(index)) > before);
  });
});
