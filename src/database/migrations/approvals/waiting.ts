/** A run that waits for a person, the decision, and how it goes on. The run is locked before its steps by everybody. */

/** `stopped`: somebody wants it ended. `repeated`: the run had this step before. Said twice, it is heard once. */
const PAUSE = `
CREATE FUNCTION runs_pause(p_run uuid, p_epoch integer, p_step jsonb, p_shown jsonb, p_events jsonb) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
  v_run chat_runs;
BEGIN
  PERFORM chat_enter('system', NULL, NULL);
  SELECT * INTO v_run FROM chat_runs r WHERE r.id = p_run AND r.lease_epoch = p_epoch FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN 'lost';
  END IF;
  IF v_run.state <> 'running' THEN
    RETURN CASE WHEN EXISTS (
      SELECT FROM chat_run_steps s
      WHERE s.run_id = p_run AND s.epoch = p_epoch AND s.approval_id = p_step ->> 'approval_id')
      THEN 'paused' ELSE 'lost' END;
  END IF;
  IF v_run.stop_requested_at IS NOT NULL THEN
    RETURN 'stopped';
  END IF;
  INSERT INTO chat_run_steps (run_id, step, tenant_id, user_id, state, tool, arguments, expires_at, approval_id, epoch,
    shown)
  VALUES (p_run, p_step ->> 'step', v_run.tenant_id, v_run.user_id, 'proposed', p_step ->> 'tool',
    p_step -> 'arguments', (p_step ->> 'expires_at')::timestamptz, p_step ->> 'approval_id', p_epoch, p_shown)
  ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    RETURN 'repeated';
  END IF;
  INSERT INTO chat_run_events (run_id, epoch, seq, tenant_id, user_id, event)
  SELECT p_run, p_epoch, (e ->> 'seq')::integer, v_run.tenant_id, v_run.user_id, e -> 'body'
  FROM jsonb_array_elements(p_events) e;
  UPDATE chat_runs r SET state = 'awaiting_approval', lease_owner = NULL, lease_until = NULL WHERE r.id = p_run;
  RETURN 'paused';
END $$;
`;

/** Its time begins anew with the decision. The caller has locked the run. */
const GO_ON = `
CREATE FUNCTION runs_go_on(p_run uuid, p_state text, p_comment text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  UPDATE chat_run_steps s SET state = p_state, comment = p_comment, decided_at = clock_timestamp()
  WHERE s.run_id = p_run AND s.state = 'proposed';
  UPDATE chat_runs r SET state = 'queued', attempts = 0, started_at = NULL
  WHERE r.id = p_run AND r.state = 'awaiting_approval';
END $$;
`;

/** What is decided stays decided: `known` for the same again, `conflict` for anything else. */
const DECIDE = `
CREATE FUNCTION runs_decide(p_tenant text, p_user text, p_run uuid, p_approval text, p_state text, p_comment text)
RETURNS TABLE (outcome text, state text, tool text)
LANGUAGE plpgsql AS $$
DECLARE
  v_step chat_run_steps;
  v_state text;
BEGIN
  PERFORM chat_enter('user', p_tenant, p_user);
  PERFORM FROM chat_runs r WHERE r.tenant_id = p_tenant AND r.user_id = p_user AND r.id = p_run FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  SELECT * INTO v_step FROM chat_run_steps s WHERE s.run_id = p_run AND s.approval_id = p_approval;
  IF NOT FOUND THEN
    RETURN QUERY SELECT 'unknown', NULL, NULL;
    RETURN;
  END IF;
  IF v_step.state = 'proposed' THEN
    v_state := CASE WHEN v_step.expires_at <= clock_timestamp() THEN 'expired' ELSE p_state END;
    PERFORM runs_go_on(p_run, v_state, CASE v_state WHEN p_state THEN p_comment END);
    RETURN QUERY SELECT CASE v_state WHEN p_state THEN 'decided' ELSE 'expired' END, v_state, v_step.tool;
    RETURN;
  END IF;
  v_state := CASE WHEN v_step.state IN ('refused', 'expired') THEN v_step.state ELSE 'approved' END;
  RETURN QUERY SELECT CASE v_state WHEN p_state THEN 'known' ELSE 'conflict' END, v_state, v_step.tool;
END $$;
`;

const EXPIRE = `
CREATE FUNCTION runs_expire(p_limit integer) RETURNS SETOF uuid
LANGUAGE plpgsql AS $$
DECLARE
  v_run uuid;
BEGIN
  PERFORM chat_enter('system', NULL, NULL);
  FOR v_run IN
    SELECT r.id FROM chat_runs r
    WHERE r.state = 'awaiting_approval' AND r.id IN (
      SELECT s.run_id FROM chat_run_steps s
      WHERE s.state = 'proposed' AND s.expires_at <= clock_timestamp() ORDER BY s.expires_at LIMIT p_limit)
    ORDER BY r.id FOR NO KEY UPDATE SKIP LOCKED
  LOOP
    PERFORM runs_go_on(v_run, 'expired', NULL);
    RETURN NEXT v_run;
  END LOOP;
END $$;
`;

/** The newest decision on a run, and what had been shown when it was asked for. */
const RESUMPTION = `
CREATE FUNCTION runs_resumption(p_run uuid)
RETURNS TABLE (step text, approval_id text, tool text, arguments jsonb, state text, comment text, shown jsonb)
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM chat_enter('system', NULL, NULL);
  RETURN QUERY
  SELECT s.step, s.approval_id, s.tool, s.arguments,
    CASE WHEN s.state IN ('refused', 'expired') THEN s.state ELSE 'approved' END, s.comment, s.shown
  FROM chat_run_steps s
  WHERE s.run_id = p_run AND s.approval_id IS NOT NULL AND s.state <> 'proposed'
  ORDER BY s.epoch DESC LIMIT 1;
END $$;
`;

export const WAITING_FUNCTIONS = [PAUSE, GO_ON, DECIDE, EXPIRE, RESUMPTION];
