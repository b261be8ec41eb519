import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A stop is written down before the owner of the run is told, so that one whose signal got lost is found with
 * the next heartbeat, and by whoever takes the run over.
 */
const STOP = `
CREATE FUNCTION runs_stop(p_tenant text, p_user text, p_run uuid)
RETURNS TABLE (state text, session_id text, cancelled boolean)
LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY SELECT c.state, c.session_id, c.cancelled FROM runs_cancel_queued(p_tenant, p_user, p_run) c;
  UPDATE chat_runs r SET stop_requested_at = coalesce(r.stop_requested_at, clock_timestamp())
  WHERE r.tenant_id = p_tenant AND r.user_id = p_user AND r.id = p_run AND r.state IN ('running', 'awaiting_approval');
END $$;
`;

const HEARTBEAT = `
CREATE FUNCTION runs_heartbeat(p_owner text, p_runs uuid[], p_lease_ms integer)
RETURNS TABLE (run_id uuid, stopping boolean)
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM chat_enter('system', NULL, NULL);
  RETURN QUERY
  WITH mine AS MATERIALIZED (
    SELECT r.id FROM chat_runs r
    WHERE r.id = ANY (p_runs) AND r.state = 'running' AND r.lease_owner = p_owner ORDER BY r.id FOR NO KEY UPDATE
  )
  UPDATE chat_runs r SET lease_until = clock_timestamp() + p_lease_ms * interval '1 millisecond'
  FROM mine WHERE r.id = mine.id
  RETURNING r.id, r.stop_requested_at IS NOT NULL;
END $$;
`;

/**
 * What a node may have missed of the sessions that it shows: runs that are open, or that began since it shows the
 * session (an age, so that no clock but the database's counts). `is_new`: its question came since then, too.
 */
const MISSED = `
CREATE FUNCTION runs_missed(p_tenants text[], p_users text[], p_sessions text[], p_ages_ms integer[])
RETURNS TABLE (run_id uuid, tenant_id text, user_id text, session_id text, question_id uuid, is_new boolean)
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM chat_enter('system', NULL, NULL);
  RETURN QUERY
  SELECT r.id, r.tenant_id, r.user_id, r.session_id, r.question_id,
    r.created_at > s.since AND NOT EXISTS (
      SELECT FROM chat_runs o
      WHERE o.tenant_id = r.tenant_id AND o.user_id = r.user_id AND o.session_id = r.session_id
        AND o.question_id = r.question_id AND o.created_at < r.created_at)
  FROM (
    SELECT t.tenant, t.usr, t.session, clock_timestamp() - t.age * interval '1 millisecond' AS since
    FROM unnest(p_tenants, p_users, p_sessions, p_ages_ms) AS t (tenant, usr, session, age)
  ) s
  JOIN chat_runs r ON r.tenant_id = s.tenant AND r.user_id = s.usr AND r.session_id = s.session
  WHERE r.state IN ('queued', 'running', 'awaiting_approval') OR r.created_at > s.since
  ORDER BY r.position;
END $$;
`;

export class ManyNodes1763900000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE chat_runs ADD COLUMN stop_requested_at timestamptz');
    for (const sql of [STOP, HEARTBEAT, MISSED]) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION runs_stop, runs_heartbeat, runs_missed');
    await runner.query('ALTER TABLE chat_runs DROP COLUMN stop_requested_at');
  }
}
