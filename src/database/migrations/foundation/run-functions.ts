/** The life of a run in SQL: claim, renew, log, end. Each runs in the scope `system`, fenced by the lease epoch. */

const CLAIM = `
CREATE FUNCTION runs_claim(p_run uuid, p_owner text, p_lease_ms integer) RETURNS SETOF chat_runs
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
      AND (q.state = 'queued' OR (q.state = 'running' AND q.lease_until < clock_timestamp()))
      AND NOT EXISTS (
        SELECT FROM chat_runs o
        WHERE o.tenant_id = q.tenant_id AND o.user_id = q.user_id AND o.session_id = q.session_id AND o.id <> q.id
          AND (o.state IN ('running', 'awaiting_approval') OR (o.state = 'queued' AND o.position < q.position)))
    FOR UPDATE SKIP LOCKED)
  RETURNING r.*;
EXCEPTION WHEN unique_violation THEN
  RETURN;
END $$;

CREATE FUNCTION runs_renew(p_owner text, p_runs uuid[], p_lease_ms integer) RETURNS SETOF uuid
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
  RETURNING r.id;
END $$;

CREATE FUNCTION runs_waiting(p_limit integer) RETURNS SETOF uuid
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM chat_enter('system', NULL, NULL);
  RETURN QUERY
  (SELECT id FROM chat_runs WHERE state = 'running' AND lease_until < clock_timestamp() ORDER BY lease_until LIMIT p_limit)
  UNION ALL
  (SELECT q.id FROM chat_runs q
   WHERE q.state = 'queued' AND NOT EXISTS (
     SELECT FROM chat_runs o
     WHERE o.tenant_id = q.tenant_id AND o.user_id = q.user_id AND o.session_id = q.session_id AND o.id <> q.id
       AND (o.state IN ('running', 'awaiting_approval') OR (o.state = 'queued' AND o.position < q.position)))
   ORDER BY q.created_at LIMIT p_limit);
END $$;
`;

const LOG = `
CREATE FUNCTION runs_log(p_runs uuid[], p_epochs integer[], p_seqs integer[], p_events jsonb[]) RETURNS SETOF uuid
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM chat_enter('system', NULL, NULL);
  RETURN QUERY
  WITH owned AS MATERIALIZED (
    SELECT id, lease_epoch, tenant_id, user_id FROM chat_runs
    WHERE id = ANY (p_runs) AND state = 'running' ORDER BY id FOR SHARE
  ), written AS (
    INSERT INTO chat_run_events (run_id, epoch, seq, tenant_id, user_id, event)
    SELECT e.run_id, e.epoch, e.seq, owned.tenant_id, owned.user_id, e.event
    FROM unnest(p_runs, p_epochs, p_seqs, p_events) AS e (run_id, epoch, seq, event)
    JOIN owned ON owned.id = e.run_id AND owned.lease_epoch = e.epoch
    ON CONFLICT DO NOTHING
  )
  SELECT DISTINCT e.run_id FROM unnest(p_runs, p_epochs) AS e (run_id, epoch)
  JOIN owned ON owned.id = e.run_id AND owned.lease_epoch = e.epoch;
END $$;
`;

const END = `
CREATE FUNCTION chat_end(
  p_run uuid, p_epoch integer, p_state text, p_error jsonb, p_seqs integer[], p_events jsonb[], p_answer jsonb,
  p_usage jsonb, OUT ended boolean, OUT next_run uuid
) LANGUAGE plpgsql AS $$
DECLARE
  v_run chat_runs;
  v_at timestamptz := (p_answer ->> 'at')::timestamptz;
BEGIN
  PERFORM chat_enter('system', NULL, NULL);
  PERFORM FROM chat_sessions s JOIN chat_runs r
    ON s.tenant_id = r.tenant_id AND s.user_id = r.user_id AND s.id = r.session_id
  WHERE r.id = p_run FOR NO KEY UPDATE OF s;
  UPDATE chat_runs SET state = p_state, error = p_error, ended_at = clock_timestamp(), lease_until = NULL, lease_owner = NULL
  WHERE id = p_run AND lease_epoch = p_epoch AND state = 'running' RETURNING * INTO v_run;
  IF NOT FOUND THEN
    SELECT true INTO ended FROM chat_run_events e
    WHERE e.run_id = p_run AND e.epoch = p_epoch AND e.seq = p_seqs[array_upper(p_seqs, 1)];
    ended := coalesce(ended, false);
    RETURN;
  END IF;
  ended := true;
  INSERT INTO chat_run_events (run_id, epoch, seq, tenant_id, user_id, event)
  SELECT p_run, p_epoch, e.seq, v_run.tenant_id, v_run.user_id, e.event
  FROM unnest(p_seqs, p_events) AS e (seq, event);
  UPDATE chat_messages SET
    type = p_answer ->> 'type', state = p_answer ->> 'state', content = p_answer ->> 'content',
    parts = p_answer -> 'parts', agent_name = p_answer ->> 'agent_name', confidence = (p_answer ->> 'confidence')::real,
    suggested_actions = p_answer -> 'suggested_actions', metadata = p_answer -> 'metadata', created_at = v_at
  WHERE id = v_run.answer_id AND state = 'pending';
  UPDATE chat_sessions SET
    last_activity = greatest(last_activity, v_at),
    message_count = message_count + CASE WHEN p_answer ->> 'state' = 'dropped' THEN 0 ELSE 1 END
  WHERE tenant_id = v_run.tenant_id AND user_id = v_run.user_id AND id = v_run.session_id;
  INSERT INTO usage_ledger (run_id, tenant_id, user_id, session_id, state, agent_name, engine, provider, model,
    input_tokens, output_tokens, first_token_ms, duration_ms)
  VALUES (p_run, v_run.tenant_id, v_run.user_id, v_run.session_id, p_state, p_answer ->> 'agent_name',
    p_usage ->> 'engine', p_usage ->> 'provider', p_usage ->> 'model', coalesce((p_usage ->> 'input_tokens')::integer, 0),
    coalesce((p_usage ->> 'output_tokens')::integer, 0), (p_usage ->> 'first_token_ms')::integer,
    (p_usage ->> 'duration_ms')::integer);
  SELECT q.id INTO next_run FROM chat_runs q
  WHERE q.tenant_id = v_run.tenant_id AND q.user_id = v_run.user_id AND q.session_id = v_run.session_id
    AND q.state = 'queued' ORDER BY q.position LIMIT 1;
END $$;
`;

export const RUN_FUNCTIONS = [CLAIM, LOG, END].join('\n');
