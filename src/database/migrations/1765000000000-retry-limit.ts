import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A retry that respects how many answers a user may have open. What it would have changed is undone where they are too
 * many. Nodes of the version before call the function with six arguments, which this one builds on.
 */
const RETRY = `
CREATE FUNCTION chat_retry(
  p_tenant text, p_user text, p_run uuid, p_new_run uuid, p_new_answer uuid, p_principal jsonb, p_max_open integer,
  OUT outcome text, OUT run_id uuid, OUT session_id text
) LANGUAGE plpgsql AS $$
BEGIN
  SELECT r.outcome, r.run_id, r.session_id INTO outcome, run_id, session_id
  FROM chat_retry(p_tenant, p_user, p_run, p_new_run, p_new_answer, p_principal) r;
  IF outcome = 'new' AND (SELECT count(*) FROM (SELECT FROM chat_runs r
      WHERE r.tenant_id = p_tenant AND r.user_id = p_user
        AND r.state IN ('queued', 'running', 'awaiting_approval') LIMIT p_max_open + 1) open) > p_max_open THEN
    RAISE EXCEPTION USING ERRCODE = 'CH429';
  END IF;
EXCEPTION WHEN SQLSTATE 'CH429' THEN
  outcome := 'too_many_open';
  run_id := NULL;
END $$;
`;

/** Asking for an answer again is bounded like asking. */
export class RetryLimit1765000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(RETRY);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION chat_retry(text, text, uuid, uuid, uuid, jsonb, integer)');
  }
}
