/** Which run of a session comes next, and how one is stopped. In: the rule of what goes before the run `q`. */

/** A run that goes on after a person's decision, then by the places in the conversation. */
export const RESUMED_FIRST = '(o.lease_epoch = 0, o.position) < (q.lease_epoch = 0, q.position)';
export const BY_POSITION = 'o.position < q.position';

const nothingBefore = (before: string): string => `NOT EXISTS (
      SELECT FROM chat_runs o
      WHERE o.tenant_id = q.tenant_id AND o.user_id = q.user_id AND o.session_id = q.session_id AND o.id <> q.id
        AND (o.state IN ('running', 'awaiting_approval') OR (o.state = 'queued' AND ${before})))`;

export const claimBy = (before: string): string => `
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
    WHERE q.id = p_run
      AND ((q.state = 'running' AND q.lease_until < clock_timestamp())
        OR (q.state = 'queued' AND ${nothingBefore(before)}))
    FOR UPDATE SKIP LOCKED)
  RETURNING r.*;
EXCEPTION WHEN unique_violation THEN
  RETURN;
END $$;
`;

export const waitingBy = (before: string): string => `
CREATE OR REPLACE FUNCTION runs_waiting(p_limit integer) RETURNS SETOF uuid
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM chat_enter('system', NULL, NULL);
  RETURN QUERY
  (SELECT id FROM chat_runs WHERE state = 'running' AND lease_until < clock_timestamp() ORDER BY lease_until LIMIT p_limit)
  UNION ALL
  (SELECT q.id FROM chat_runs q
   WHERE q.state = 'queued' AND ${nothingBefore(before)}
   ORDER BY q.created_at LIMIT p_limit);
END $$;
`;

/**
 * What never began is cancelled. Everything else is to be stopped by whoever works on it; one that waits for a person
 * goes on for that, its step refused.
 */
export const STOP = `
CREATE OR REPLACE FUNCTION runs_stop(p_tenant text, p_user text, p_run uuid)
RETURNS TABLE (state text, session_id text, cancelled boolean)
LANGUAGE plpgsql AS $$
DECLARE
  v_run chat_runs;
BEGIN
  PERFORM chat_enter('user', p_tenant, p_user);
  SELECT * INTO v_run FROM chat_runs r
  WHERE r.tenant_id = p_tenant AND r.user_id = p_user AND r.id = p_run FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  IF v_run.state = 'queued' AND v_run.lease_epoch = 0 THEN
    RETURN QUERY SELECT c.state, c.session_id, c.cancelled FROM runs_cancel_queued(p_tenant, p_user, p_run) c;
    RETURN;
  END IF;
  IF v_run.state IN ('queued', 'running', 'awaiting_approval') THEN
    UPDATE chat_runs r SET stop_requested_at = coalesce(r.stop_requested_at, clock_timestamp()) WHERE r.id = p_run;
  END IF;
  IF v_run.state = 'awaiting_approval' THEN
    PERFORM runs_go_on(p_run, 'refused', NULL);
    v_run.state := 'queued';
  END IF;
  RETURN QUERY SELECT v_run.state, v_run.session_id, false;
END $$;
`;

export const STOP_BEFORE = `
CREATE OR REPLACE FUNCTION runs_stop(p_tenant text, p_user text, p_run uuid)
RETURNS TABLE (state text, session_id text, cancelled boolean)
LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY SELECT c.state, c.session_id, c.cancelled FROM runs_cancel_queued(p_tenant, p_user, p_run) c;
  UPDATE chat_runs r SET stop_requested_at = coalesce(r.stop_requested_at, clock_timestamp())
  WHERE r.tenant_id = p_tenant AND r.user_id = p_user AND r.id = p_run AND r.state IN ('running', 'awaiting_approval');
END $$;
`;
