import type { MigrationInterface, QueryRunner } from 'typeorm';
import { APPEND } from './memory/context.js';

/** What a model may be given of a user, newest first; nothing where the user or the tenant switched memory off. */
const SHOWN = `
CREATE FUNCTION memory_shown(p_tenant text, p_user text, p_most integer) RETURNS TABLE (text text, kind text)
LANGUAGE sql STABLE AS $$
  SELECT f.content, f.kind FROM facts f
  WHERE f.tenant_id = p_tenant AND f.user_id = p_user
    AND NOT EXISTS (SELECT FROM tenant_settings t WHERE t.tenant_id = p_tenant AND NOT t.memory_enabled)
    AND NOT EXISTS (SELECT FROM user_settings u
      WHERE u.tenant_id = p_tenant AND u.user_id = p_user AND NOT u.memory_enabled)
  ORDER BY f.created_at DESC, f.id DESC LIMIT p_most
$$;
`;

/** The same as a transaction of its own. */
const FACTS = `
CREATE FUNCTION memory_facts(p_tenant text, p_user text, p_most integer) RETURNS TABLE (text text, kind text)
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM chat_enter('user', p_tenant, p_user);
  RETURN QUERY SELECT s.text, s.kind FROM memory_shown(p_tenant, p_user, p_most) s;
END $$;
`;

const HISTORY = `'history', coalesce(v_history, '[]')`;

/** As before, and the row of a question whose run is claimed brings along what is remembered of its user. */
const APPEND_WITH_FACTS = APPEND.replace(
  HISTORY,
  `'facts', CASE WHEN v_state = 'running' THEN (
      SELECT coalesce(jsonb_agg(to_jsonb(f)), '[]') FROM memory_shown(v_tenant, v_user, 100) f) END,
    ${HISTORY}`,
);

/** The same text is one fact of a user, however often it is said; the table was empty before. */
export class Facts1765100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE facts ADD COLUMN digest text`);
    await runner.query(`CREATE UNIQUE INDEX facts_once ON facts (tenant_id, user_id, digest)`);
    for (const sql of [SHOWN, FACTS, APPEND_WITH_FACTS]) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(APPEND);
    await runner.query('DROP FUNCTION memory_facts, memory_shown');
    await runner.query('ALTER TABLE facts DROP COLUMN digest');
  }
}
