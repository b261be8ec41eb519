import { createHash } from 'node:crypto';
import pg from 'pg';

const TENANTS = 50;
/** Of a tenant. */
const USERS = 20;
const DAYS = 90;
/** The first conversation has this share of all messages. */
const LONGEST = 0.005;
const WORDS = 4000;
/** What is remembered of a user. */
const FACTS = 5;
/** Questions and answers by turns. */
const TEXTS = 3000;

/** Out: the id of the n-th tenant, user or session; `SQL_ID` makes the same. */
export function idOf(kind, number) {
  const hex = createHash('md5').update(`${kind} ${number}`).digest('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

const SQL_ID = (kind, number) => `md5('${kind} ' || ${number})::uuid::text`;

/** Ids of UUIDv7 (RFC 9562) by time, and texts of invented words. */
const GROUND = `
SELECT setseed(0.42);
CREATE FUNCTION pg_temp.id7(p_at timestamptz, p_key text) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
  SELECT (lpad(to_hex((extract(epoch FROM p_at) * 1000)::bigint), 12, '0') || '7' || substr(md5(p_key), 1, 3) || '8'
    || substr(md5(p_key), 4, 15))::uuid
$$;
CREATE TEMP TABLE words AS SELECT n, (
  SELECT string_agg(substr('bcdfghklmnprstvwz', 1 + (hashint4(n * 8 + g) & 65535) % 17, 1)
    || substr('aeiou', 1 + (hashint4(n * 8 + g) >> 16 & 65535) % 5, 1), '') FROM generate_series(1, 2 + n % 3) g) AS word
FROM generate_series(0, ${WORDS - 1}) n;
CREATE TEMP TABLE texts AS
SELECT n, text, chat_terms(text, false) AS terms FROM (
  SELECT d.n, string_agg(w.word, ' ') AS text FROM (
    SELECT n, floor(power(random(), 2) * ${WORDS})::int AS word FROM generate_series(0, ${TEXTS - 1}) n
    CROSS JOIN LATERAL generate_series(1, CASE n % 2 WHEN 0 THEN 15 ELSE 60 END) g) d
  JOIN words w ON w.n = d.word GROUP BY d.n) made;
ALTER TABLE texts ADD PRIMARY KEY (n);
`;

/** Tenants have more conversations the lower their number. In: messages and sessions. */
const talks = (messages, sessions) => `
CREATE TEMP TABLE talks AS
SELECT d.n, d.turns, ${SQL_ID('tenant', 'd.tenant')} AS tenant_id, ${SQL_ID('user', `d.tenant * ${USERS} + d.usr`)} AS user_id,
  ${SQL_ID('session', 'd.n')} AS id, now() - interval '1 day' - d.back * interval '${DAYS} days' AS begun
FROM (
  SELECT n, CASE n WHEN 0 THEN 0 ELSE floor(power(random(), 2) * ${TENANTS})::int END AS tenant,
    CASE n WHEN 0 THEN 0 ELSE floor(random() * ${USERS})::int END AS usr, random() AS back,
    greatest(1, round(CASE n WHEN 0 THEN ${messages * LONGEST} ELSE ${(messages * (1 - LONGEST)) / (sessions - 1)} END / 2)::int) AS turns
  FROM generate_series(0, ${sessions - 1}) n) d;
`;

/** A question and its answer, one a minute and all of a conversation within a day. */
const EXCHANGES = `
CREATE TEMP TABLE exchanges AS
SELECT d.*, pg_temp.id7(at, n || 'q' || turn) AS question_id, pg_temp.id7(at, n || 'a' || turn) AS answer_id,
  pg_temp.id7(at, n || 'r' || turn) AS run_id, CASE WHEN luck < 0.03 THEN 'failed' ELSE 'completed' END AS state,
  lag(pg_temp.id7(at, n || 'a' || turn)) OVER (PARTITION BY n ORDER BY turn) AS before_id
FROM (
  SELECT t.*, g.turn, t.begun + g.turn * least(interval '1 minute', interval '1 day' / t.turns) AS at, random() AS luck,
    floor(random() * ${TEXTS / 2})::int * 2 AS asked, floor(random() * ${TEXTS / 2})::int * 2 + 1 AS said
  FROM talks t CROSS JOIN LATERAL generate_series(0, t.turns - 1) g (turn)) d;
`;

const ROWS = `
INSERT INTO chat_sessions (tenant_id, user_id, id, role, title, head_message_id, next_position, message_count,
  last_read_position, created_at, last_activity)
SELECT e.tenant_id, e.user_id, e.id, 'tenant_admin', x.text, e.answer_id, 2 * e.turns + 1, e.turns, 2 * e.turns, e.begun, e.at
FROM exchanges e JOIN texts x ON x.n = e.asked WHERE e.turn = e.turns - 1;

INSERT INTO chat_messages (id, tenant_id, user_id, session_id, position, parent_id, in_reply_to, type, state, content,
  agent_name, confidence, client_message_id, created_at)
SELECT m.id, e.tenant_id, e.user_id, e.id, m.position, m.parent_id, m.in_reply_to, m.type, m.state, x.text,
  m.agent_name, m.confidence, m.client_id, e.at
FROM exchanges e CROSS JOIN LATERAL (VALUES
  (e.question_id, 2 * e.turn + 1, e.before_id, NULL::uuid, 'user', 'complete', e.asked, NULL, NULL::real, e.question_id::text),
  (e.answer_id, 2 * e.turn + 2, e.question_id, e.question_id, 'assistant',
    CASE e.state WHEN 'failed' THEN 'failed' ELSE 'complete' END, e.said, 'agent_' || e.n % 14, 0.8, NULL)
) m (id, position, parent_id, in_reply_to, type, state, text, agent_name, confidence, client_id)
JOIN texts x ON x.n = m.text ORDER BY e.at, m.position;

INSERT INTO chat_runs (id, tenant_id, user_id, session_id, question_id, answer_id, position, state, principal, lease_epoch,
  attempts, error, created_at, started_at, ended_at)
SELECT run_id, tenant_id, user_id, id, question_id, answer_id, 2 * turn + 2, state, '{}', 1, 1,
  CASE state WHEN 'failed' THEN '{"code": "LLM_INTERRUPTED"}'::jsonb END, at, at, at + interval '3 seconds'
FROM exchanges ORDER BY at;

INSERT INTO usage_ledger (run_id, tenant_id, user_id, session_id, state, agent_name, engine, provider, model, input_tokens,
  output_tokens, first_token_ms, duration_ms, created_at)
SELECT run_id, tenant_id, user_id, id, state, 'agent_' || n % 14, 'llm', 'openai', 'model-' || n % 3, 900, 200,
  (300 * exp(luck * 2))::int, (2000 * exp(luck))::int, at + interval '3 seconds'
FROM exchanges ORDER BY at;

INSERT INTO feedback (tenant_id, user_id, message_id, session_id, rating, created_at)
SELECT tenant_id, user_id, answer_id, id, CASE WHEN luck < 0.99 THEN 'up' ELSE 'down' END, at FROM exchanges WHERE luck > 0.98;

INSERT INTO facts (id, tenant_id, user_id, kind, content, digest)
SELECT pg_temp.id7(now(), d.user_id || g.n), d.tenant_id, d.user_id, 'fact', x.text, md5(g.n::text)
FROM (SELECT DISTINCT tenant_id, user_id FROM talks) d CROSS JOIN generate_series(0, ${FACTS - 1}) g (n) JOIN texts x ON x.n = g.n * 2;

INSERT INTO tenant_settings (tenant_id) SELECT DISTINCT tenant_id FROM talks;
INSERT INTO user_settings (tenant_id, user_id) SELECT DISTINCT tenant_id, user_id FROM talks;

INSERT INTO chat_search (id, tenant_id, user_id, session_id, terms)
SELECT m.id, e.tenant_id, e.user_id, e.id, array_to_tsvector(ARRAY(SELECT o.mark || t FROM unnest(x.terms) t))
FROM exchanges e
JOIN (SELECT DISTINCT tenant_id, user_id, chat_owner_mark(tenant_id, user_id) AS mark FROM talks) o USING (tenant_id, user_id)
CROSS JOIN LATERAL (VALUES (e.question_id, e.asked), (e.answer_id, e.said)) m (id, text)
JOIN texts x ON x.n = m.text;
`;

/**
 * Fills a database of the service, which must be empty, with conversations of 50 tenants, spread over 90 days: past its
 * triggers, then with what they and the service's background work would have made. Out: a user of the biggest tenant
 * with his conversations, `{ tenant, user, sessions, longest, words }`.
 */
export async function fill(url, { messages, sessions }) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("SET session_replication_role = replica; SET maintenance_work_mem = '512MB'");
    const found = await client.query("SELECT pg_get_indexdef('chat_search_terms'::regclass) AS definition");
    await client.query('DROP INDEX chat_search_terms');
    for (const sql of [GROUND, talks(messages, sessions), EXCHANGES, ROWS]) await client.query(sql);
    await client.query(found.rows[0].definition);
    while ((await client.query('SELECT analytics_roll() AS more')).rows[0].more);
    await client.query('VACUUM (ANALYZE)');
    return await readUser(client);
  } finally {
    await client.end();
  }
}

async function readUser(client) {
  const tenant = idOf('tenant', 0);
  const user = idOf('user', 0);
  const { rows } = await client.query('SELECT id FROM chat_sessions WHERE tenant_id = $1 AND user_id = $2', [
    tenant,
    user,
  ]);
  const { rows: words } = await client.query('SELECT word FROM words ORDER BY n LIMIT 200');
  return {
    tenant,
    user,
    sessions: rows.map(({ id }) => id),
    longest: idOf('session', 0),
    words: words.map(({ word }) => word),
  };
}
