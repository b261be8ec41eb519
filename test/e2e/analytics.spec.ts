import pg from 'pg';
import { type RunningApp, startApp } from '../support/app.js';
import { AUTH_ENV, Client, eventually } from '../support/client.js';
import { startModelServer } from '../support/model-server.js';

/** Independent of what the service reads: the rows themselves, counted by PostgreSQL's own percentiles. */
const COUNTED = `
  SELECT count(*)::int AS questions, count(*) FILTER (WHERE state = 'completed')::int AS answers,
    count(*) FILTER (WHERE state IN ('failed', 'interrupted'))::int AS failed,
    count(*) FILTER (WHERE state = 'cancelled')::int AS stopped,
    sum(input_tokens)::int AS input_tokens, sum(output_tokens)::int AS output_tokens,
    (sum(input_tokens) * 2 + sum(output_tokens) * 8)::float8 / 1000000 AS cost
  FROM usage_ledger WHERE ($1::text IS NULL OR tenant_id = $1) AND ($2::text IS NULL OR user_id = $2)`;
const TIMES = `
  SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY first_token_ms) / 1000.0 AS first50,
    percentile_disc(0.95) WITHIN GROUP (ORDER BY first_token_ms) / 1000.0 AS first95,
    percentile_disc(0.5) WITHIN GROUP (ORDER BY duration_ms) / 1000.0 AS whole50,
    percentile_disc(0.95) WITHIN GROUP (ORDER BY duration_ms) / 1000.0 AS whole95
  FROM usage_ledger WHERE state = 'completed' AND ($1::text IS NULL OR tenant_id = $1) AND ($2::text IS NULL OR user_id = $2)`;

describe('figures of conversations', () => {
  let app: RunningApp;
  let model: Awaited<ReturnType<typeof startModelServer>>;
  let database: pg.Client;
  let ann: Client;
  let bob: Client;
  let eve: Client;
  let admin: Client;
  let chief: Client;

  beforeAll(async () => {
    model = await startModelServer({ tokens: 5 });
    app = await startApp({
      ...AUTH_ENV,
      OPENAI_BASE_URL: model.url,
      OPENAI_MODEL: 'mini',
      MODEL_PRICES: '{"mini":{"input":2,"output":8}}',
      MODEL_PRICES_CURRENCY: 'EUR',
    });
    database = new pg.Client({ connectionString: app.databaseUrl });
    await database.connect();
    ann = new Client(app.url, { tenant: 'acme' });
    bob = new Client(app.url, { tenant: 'acme' });
    eve = new Client(app.url, { tenant: 'evil' });
    admin = new Client(app.url, { tenant: 'acme', role: 'tenant_admin' });
    chief = new Client(app.url, { tenant: 'bizosaas', role: 'super_admin' });
  });
  afterAll(async () => {
    await database.end();
    await app.close();
    await model.close();
  });
  afterEach(() => model.setBehaviour({}));

  const rate = (who: Client, id: string, body: object): Promise<any> =>
    who.call('POST', `/chat/messages/${id}/feedback`, body);

  it('rates an answer once for each user, changeably, and nothing that is not an answer of theirs', async () => {
    const { body } = await ann.send('one', { session_id: 'rated' });
    const answer = body.ai_response.id;
    const first = await rate(ann, answer, { rating: 'down', comment: '  old figures ' });
    expect([first.status, first.body]).toEqual([
      200,
      { message_id: answer, rating: 'down', comment: 'old figures', created_at: expect.any(String) },
    ]);
    expect((await rate(ann, answer, { rating: 'up' })).body).toMatchObject({
      rating: 'up',
      comment: null,
      created_at: first.body.created_at,
    });
    for (const who of [bob, eve, admin]) {
      const refused = await rate(who, answer, { rating: 'down' });
      expect([refused.status, refused.body.code]).toEqual([404, 'CHAT_MESSAGE_NOT_FOUND']);
    }
    expect((await rate(ann, body.user_message.id, { rating: 'up' })).status).toBe(404);
    for (const bad of [
      {},
      { rating: 'meh' },
      { rating: 'up', comment: 'x'.repeat(2001) },
      { rating: 'up', more: 1 },
    ])
      expect((await rate(ann, answer, bad)).status).toBe(400);
    const { rows } = await database.query('SELECT user_id, rating FROM feedback');
    expect(rows).toEqual([{ user_id: ann.user, rating: 'up' }]);
  });

  it('says of a session what was asked and answered, and costs no more where it is long', async () => {
    for (const text of ['one', 'two', 'three']) await bob.send(text, { session_id: 'told' });
    const analytics = async (id: string): Promise<any> =>
      (await bob.get(`/chat/history/${id}`)).body.analytics;
    const { rows } = await database.query(
      `SELECT avg((metadata ->> 'processing_time')::float8) AS seconds, avg(confidence)::float8 AS confidence,
         min(agent_name) AS agent FROM chat_messages
       WHERE user_id = $1 AND session_id = 'told' AND type = 'assistant'`,
      [bob.user],
    );
    expect(await analytics('told')).toEqual({
      total_interactions: 3,
      average_response_time: expect.closeTo(rows[0].seconds, 9),
      average_confidence: rows[0].confidence,
      agents_used: [rows[0].agent],
      most_used_agent: rows[0].agent,
      has_context: false,
      has_summary: false,
    });
    await database.query(
      `INSERT INTO chat_messages (id, tenant_id, user_id, session_id, position, type, state, content)
       SELECT gen_random_uuid(), 'acme', $1, 'told', p, CASE p % 2 WHEN 1 THEN 'user' ELSE 'assistant' END, 'complete', 'x'
       FROM generate_series(7, 2206) p`,
      [bob.user],
    );
    await database.query(`UPDATE chat_sessions SET message_count = 2206 WHERE user_id = $1 AND id = 'told'`, [
      bob.user,
    ]);
    expect(await analytics('told')).toMatchObject({ total_interactions: 1103, most_used_agent: null });
    await bob.call('DELETE', '/chat/session/told');
  });

  describe('of a period', () => {
    const report = (who: Client, query = ''): Promise<any> => who.get(`/chat/analytics${query}`);
    const expected = async (tenant: string | null, user: string | null): Promise<object> =>
      (await database.query(COUNTED, [tenant, user])).rows[0];
    const expectAll = async (): Promise<any[]> => {
      const all: any[] = [];
      for (const [who, scope, tenant, user] of [
        [ann, 'user', 'acme', ann.user],
        [admin, 'tenant', 'acme', null],
        [chief, 'platform', null, null],
      ] as const) {
        const { status, body } = await report(who, `?scope=${scope}`);
        expect(status).toBe(200);
        expect(body.totals).toMatchObject(await expected(tenant, user));
        const { rows } = await database.query(TIMES, [tenant, user]);
        const { time_to_first_token: first, time_to_end: whole } = body.totals;
        const pairs = [
          [first.p50, rows[0].first50],
          [first.p95, rows[0].first95],
          [whole.p50, rows[0].whole50],
          [whole.p95, rows[0].whole95],
        ];
        for (const [told, exact] of pairs)
          expect(Math.abs(told - exact)).toBeLessThanOrEqual(exact * 0.05 + 0.001);
        for (const name of ['questions', 'answers', 'failed', 'conversations'] as const)
          expect(body.by_day.reduce((sum: number, day: any) => sum + day[name], 0)).toBe(body.totals[name]);
        all.push(body);
      }
      return all;
    };

    beforeAll(async () => {
      for (const text of ['one', 'two']) await ann.send(text, { session_id: `a-${text}` });
      await eve.send('three', { session_id: 'e' });
      model.setBehaviour({ status: 400, times: 1 });
      const failed = await eve.send('four', { session_id: 'e' });
      expect(failed.status).toBeGreaterThanOrEqual(400);
      model.setBehaviour({ hang: 2, times: 1 });
      const socket = await eve.socket();
      const { run_id: run } = await socket.ask('message:send', { content: 'five', client_message_id: 'f' });
      await eventually(() => socket.answer(run).length > 1);
      await socket.ask('run:stop', { run_id: run });
      await socket.final(run);
      socket.close();
      await eventually(
        async () =>
          (await database.query(`SELECT FROM usage_ledger WHERE run_id = $1`, [run])).rowCount === 1,
      );
    });

    it('equals what the rows say, for a user, a tenant and the platform, before and after they are added up by day', async () => {
      const today = await expectAll();
      expect(today[0].totals).toMatchObject({ conversations: 3, feedback: { up: 1, down: 0 }, failed: 0 });
      expect(today[2]).toMatchObject({
        currency: 'EUR',
        unpriced_models: [],
        totals: { stopped: 1, failed: 1 },
        failures: [{ code: expect.stringMatching(/^LLM_/), failures: 1 }],
      });
      expect(today[0].by_day).toHaveLength(30);
      await database.query(PAST, [ann.user]);
      await database.query('UPDATE analytics_progress SET rolled_until = NULL');
      const read = await expectAll();
      for (const { totals } of read) expect(totals.answers).toBeGreaterThan(200);
      await expect(database.query(`SELECT 1 / count(*) FROM analytics_days`)).rejects.toThrow('zero');
      for (let more = true; more;)
        more = (await database.query('SELECT analytics_roll() AS more')).rows[0].more;
      const { rows } = await database.query(
        `SELECT count(DISTINCT day)::int AS days, count(DISTINCT tenant_id)::int AS owners FROM analytics_days`,
      );
      expect(rows[0]).toEqual({ days: 3, owners: 2 });
      const rolled = await expectAll();
      for (const [index, body] of rolled.entries())
        expect(body).toEqual({ ...read[index], as_of: body.as_of });
      await database.query('SELECT analytics_roll()');
      expect((await report(chief, '?scope=platform')).body.totals).toEqual(read[2].totals);
    });

    it('is the one that is asked for', async () => {
      const day = new Date(Date.now() - 2 * 86_400_000).toISOString().slice(0, 10);
      const { body } = await report(admin, `?scope=tenant&from=${day}&to=${day}`);
      expect(body).toMatchObject({ from: day, to: day, by_day: [{ day, ...body.totals }] });
      expect(body.totals.questions).toBe(120);
      for (const bad of [
        'from=yesterday',
        'from=2026-02-30',
        `from=${day}&to=2000-01-01`,
        'from=1990-01-01',
        'x=1',
      ])
        expect((await report(ann, `?${bad}`)).status).toBe(400);
    });

    it('is refused to those who may not see it, and to nobody for themselves', async () => {
      const reader = new Client(app.url, { tenant: 'acme', role: 'readonly' });
      for (const [who, scope] of [
        [ann, 'tenant'],
        [reader, 'tenant'],
        [ann, 'platform'],
        [admin, 'platform'],
      ] as const) {
        const refused = await report(who, `?scope=${scope}`);
        expect([refused.status, refused.body.code]).toEqual([403, 'ANALYTICS_SCOPE_REFUSED']);
      }
      expect((await report(reader)).body.totals).toMatchObject({ questions: 0, cost: 0 });
      expect((await fetch(`${app.url}/chat/analytics`)).status).toBe(401);
      const { rows } = await database.query(
        `SELECT DISTINCT user_id, details ->> 'scope' AS scope FROM audit_log WHERE action = 'analytics.read' ORDER BY scope`,
      );
      expect(rows).toEqual([
        { user_id: chief.user, scope: 'platform' },
        { user_id: admin.user, scope: 'tenant' },
      ]);
    });

    it('holds a tenant none of whose figures another one sees', async () => {
      const stranger = new Client(app.url, { tenant: 'stranger', role: 'tenant_admin' });
      const { body } = await report(stranger, '?scope=tenant');
      expect(body).toMatchObject({
        agents: [],
        failures: [],
        models: [],
        totals: { questions: 0, conversations: 0 },
      });
      const evil = await report(
        new Client(app.url, { tenant: 'evil', role: 'tenant_admin' }),
        '?scope=tenant',
      );
      expect(evil.body.totals).toMatchObject({ questions: 3, failed: 1, stopped: 1 });
    });
  });
});

/** Of tenant acme, on each of three days before today: 20 sessions of a user, 120 answers, of which 5 failed. */
const PAST = `
  WITH days AS (
    SELECT d, date_trunc('day', now(), 'UTC') - d * interval '24 hours' + interval '9 hours' AS at FROM generate_series(1, 3) d
  ), sessions AS (
    INSERT INTO chat_sessions (tenant_id, user_id, id, role, created_at)
    SELECT 'acme', $1, d || '-' || s, 'user', at + s * interval '1 minute' FROM days CROSS JOIN generate_series(1, 20) s
    RETURNING id, created_at
  ), questions AS (
    INSERT INTO chat_messages (id, tenant_id, user_id, session_id, position, type, state, content, created_at)
    SELECT (lpad(to_hex((extract(epoch FROM created_at) * 1000)::bigint), 12, '0') || '7' || substr(md5(id), 1, 3) || '8' || substr(md5(id), 4, 15))::uuid,
      'acme', $1, id, 1, 'user', 'complete', 'x', created_at FROM sessions
  ), runs AS (
    SELECT gen_random_uuid() AS run, CASE WHEN n > 5 THEN 'completed' ELSE 'failed' END AS state, n, at + n * interval '1 second' AS ended
    FROM days CROSS JOIN generate_series(1, 120) n
  ), ended AS (
    INSERT INTO usage_ledger (run_id, tenant_id, user_id, session_id, state, agent_name, engine, provider, model, input_tokens, output_tokens, first_token_ms, duration_ms, created_at)
    SELECT run, 'acme', $1, '1-1', state, 'agent' || n % 3, 'llm', 'openai', 'mini', n, 2 * n, n * n, 100 + n * n * 3, ended FROM runs
  )
  SELECT count(*) FROM runs`;
