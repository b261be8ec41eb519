/** Steps with effects, at most once each: begun before they are done, by whoever holds the run. */

/**
 * `barred`: nobody agreed to it, or to another call. `unknown`: begun before, and nobody knows how it ended.
 */
const BEGIN_STEP = `
CREATE FUNCTION runs_step_begin(p_run uuid, p_epoch integer, p_step text, p_tool text, p_arguments jsonb)
RETURNS TABLE (outcome text, result jsonb)
LANGUAGE plpgsql AS $$
DECLARE
  v_run chat_runs;
BEGIN
  PERFORM chat_enter('system', NULL, NULL);
  SELECT * INTO v_run FROM chat_runs r
  WHERE r.id = p_run AND r.lease_epoch = p_epoch AND r.state = 'running' FOR SHARE;
  IF NOT FOUND THEN
    RETURN QUERY SELECT 'lost', NULL::jsonb;
    RETURN;
  END IF;
  INSERT INTO chat_run_steps (run_id, step, tenant_id, user_id, state, tool, arguments, epoch)
  VALUES (p_run, p_step, v_run.tenant_id, v_run.user_id, 'started', p_tool, p_arguments, p_epoch)
  ON CONFLICT (run_id, step) DO NOTHING;
  IF FOUND THEN
    RETURN QUERY SELECT 'begun', NULL::jsonb;
    RETURN;
  END IF;
  UPDATE chat_run_steps s SET state = 'started'
  WHERE s.run_id = p_run AND s.step = p_step AND s.state = 'approved' AND s.tool = p_tool AND s.arguments = p_arguments;
  IF FOUND THEN
    RETURN QUERY SELECT 'begun', NULL::jsonb;
    RETURN;
  END IF;
  RETURN QUERY SELECT
    CASE WHEN s.state = 'started' THEN 'unknown' WHEN s.state IN ('done', 'failed') THEN 'done' ELSE 'barred' END,
    s.result
  FROM chat_run_steps s WHERE s.run_id = p_run AND s.step = p_step;
END $$;
`;

const END_STEP = `
CREATE FUNCTION runs_step_end(p_run uuid, p_epoch integer, p_step text, p_state text, p_result jsonb, OUT ended boolean)
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM chat_enter('system', NULL, NULL);
  PERFORM FROM chat_runs r WHERE r.id = p_run AND r.lease_epoch = p_epoch AND r.state = 'running' FOR SHARE;
  ended := FOUND;
  IF ended THEN
    UPDATE chat_run_steps s SET state = p_state, result = p_result, ended_at = clock_timestamp()
    WHERE s.run_id = p_run AND s.step = p_step AND s.state = 'started';
  END IF;
END $$;
`;

export const JOURNAL_FUNCTIONS = [BEGIN_STEP, END_STEP];
