import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Keeping and reading a dataset, each one round trip that sets its own scope. The lock on the session makes an erasure
 * wait, or be seen: rows that come late never outlive their conversation. It also makes the count of a run exact.
 */
const STORE = `
CREATE FUNCTION datasets_store(
  p_tenant text, p_user text, p_id uuid, p_session text, p_run uuid, p_source text, p_columns jsonb, p_rows jsonb,
  p_total integer, p_as_of timestamptz, p_most integer, OUT outcome text
) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM chat_enter('user', p_tenant, p_user);
  PERFORM FROM chat_sessions s WHERE s.tenant_id = p_tenant AND s.user_id = p_user AND s.id = p_session
    AND s.deleted_at IS NULL FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    outcome := 'session_gone';
    RETURN;
  END IF;
  IF (SELECT count(*) FROM datasets d WHERE d.tenant_id = p_tenant AND d.user_id = p_user
      AND d.session_id = p_session AND d.run_id IS NOT DISTINCT FROM p_run) >= p_most THEN
    outcome := 'full';
    RETURN;
  END IF;
  INSERT INTO datasets (id, tenant_id, user_id, session_id, run_id, source, columns, rows, total, as_of)
  VALUES (p_id, p_tenant, p_user, p_session, p_run, p_source, p_columns, p_rows, p_total, p_as_of);
  outcome := 'stored';
END $$;
`;

const READ = `
CREATE FUNCTION datasets_read(p_tenant text, p_user text, p_id uuid, p_offset integer, p_limit integer)
RETURNS TABLE (id uuid, session_id text, columns jsonb, rows jsonb, row_count integer, total integer, source text,
  as_of timestamptz)
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM chat_enter('user', p_tenant, p_user);
  RETURN QUERY SELECT d.id, d.session_id, d.columns,
    CASE WHEN p_limit IS NULL THEN d.rows ELSE jsonb_path_query_array(d.rows, '$[$from to $to]',
      jsonb_build_object('from', p_offset, 'to', p_offset + p_limit - 1)) END,
    jsonb_array_length(d.rows), d.total, d.source, d.as_of
  FROM datasets d WHERE d.tenant_id = p_tenant AND d.user_id = p_user AND d.id = p_id;
END $$;
`;

export class Datasets1764200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const sql of [STORE, READ]) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION datasets_store, datasets_read');
  }
}
