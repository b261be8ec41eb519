import type { MigrationInterface, QueryRunner } from 'typeorm';

/** In: the condition under which the run `q` may be claimed, besides not being held by anybody. */
const claimWhere = (free: string): string => `
CREATE OR REPLACE FUNCTION runs_claim(p_run uuid, p_owner text, p_lease_ms integer) RETURNS SETOF chat_runs
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM chat_enter('system', NULL, NULL);
  RETURN QUERY
  UPDATE chat_runs r SET
    state = 'running', lease_owner = p_owner, lease_epoch = r.lease_epoch + 1, attempts = r.attempts + 1,
    lease_until = clock_timestamp() + p_lease_ms * interval '1 millisecond',
    started_at = coalesce(r.started_at, clock_timestamp())
  WHERE r.id = (
    SELECT q.id FROM chat_runs q
    WHERE q.id = p_run AND ${free}
    FOR UPDATE SKIP LOCKED)
  RETURNING r.*;
EXCEPTION WHEN unique_violation THEN
  RETURN;
END $$;
`;

const LOST = `(q.state = 'running' AND q.lease_until < clock_timestamp())`;
const NOTHING_BEFORE = `NOT EXISTS (
      SELECT FROM chat_runs o
      WHERE o.tenant_id = q.tenant_id AND o.user_id = q.user_id AND o.session_id = q.session_id AND o.id <> q.id
        AND (o.state IN ('running', 'awaiting_approval') OR (o.state = 'queued' AND o.position < q.position)))`;

/**
 * A run that lost its owner is taken over whatever waits in its session. Until now a retry of an earlier question,
 * waiting for it to end, kept everybody from taking it over, and neither ever went on.
 */
export class Takeover1764300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(claimWhere(`(${LOST} OR (q.state = 'queued' AND ${NOTHING_BEFORE}))`));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(claimWhere(`(q.state = 'queued' OR ${LOST}) AND ${NOTHING_BEFORE}`));
  }
}
