import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a model may be given of a user, newest first; nothing where the user or the tenant switched memory off. */
const SHOWN = `
CREATE FUNCTION memory_facts(p_tenant text, p_user text, p_most integer) RETURNS TABLE (text text, kind text)
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM chat_enter('user', p_tenant, p_user);
  RETURN QUERY SELECT f.content, f.kind FROM facts f
  WHERE f.tenant_id = p_tenant AND f.user_id = p_user
    AND NOT EXISTS (SELECT FROM tenant_settings t WHERE t.tenant_id = p_tenant AND NOT t.memory_enabled)
    AND NOT EXISTS (SELECT FROM user_settings u
      WHERE u.tenant_id = p_tenant AND u.user_id = p_user AND NOT u.memory_enabled)
  ORDER BY f.created_at DESC, f.id DESC LIMIT p_most;
END $$;
`;

/** The same text is one fact of a user, however often it is said; the table was empty before. */
export class Facts1765100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE facts ADD COLUMN digest text`);
    await runner.query(`CREATE UNIQUE INDEX facts_once ON facts (tenant_id, user_id, digest)`);
    await runner.query(SHOWN);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION memory_facts');
    await runner.query('ALTER TABLE facts DROP COLUMN digest');
  }
}
