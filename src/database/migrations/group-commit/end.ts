/** Ending runs, all that wait in one statement: sessions are locked by key, then runs by id, then each is ended. */

const LOCK = `
CREATE FUNCTION chat_lock_ends(p_ends jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM (
    SELECT DISTINCT r.tenant_id, r.user_id, r.session_id FROM jsonb_array_elements(p_ends) e
    CROSS JOIN LATERAL (SELECT o.* FROM chat_runs o WHERE o.id = (e ->> 'run_id')::uuid LIMIT 1) r
    ORDER BY 1, 2, 3) k
  CROSS JOIN LATERAL (
    SELECT s.id FROM chat_sessions s
    WHERE s.tenant_id = k.tenant_id AND s.user_id = k.user_id AND s.id = k.session_id FOR NO KEY UPDATE) s;
  PERFORM FROM (SELECT (e ->> 'run_id')::uuid AS id FROM jsonb_array_elements(p_ends) e ORDER BY 1) k
  CROSS JOIN LATERAL (SELECT r.id FROM chat_runs r WHERE r.id = k.id FOR NO KEY UPDATE) r;
END $$;
`;

const END_ONE = `
CREATE FUNCTION chat_end_one(p_end jsonb) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_run chat_runs;
  v_answer jsonb := p_end -> 'answer';
  v_usage jsonb := p_end -> 'usage';
  v_at timestamptz := (p_end -> 'answer' ->> 'at')::timestamptz;
  v_next uuid;
BEGIN
  UPDATE chat_runs r SET state = p_end ->> 'state', error = nullif(p_end -> 'error', 'null'),
    ended_at = clock_timestamp(), lease_until = NULL, lease_owner = NULL
  WHERE r.id = (p_end ->> 'run_id')::uuid AND r.lease_epoch = (p_end ->> 'epoch')::integer AND r.state = 'running'
  RETURNING * INTO v_run;
  IF NOT FOUND THEN
    RETURN jsonb_build_object('ended', EXISTS (
      SELECT FROM chat_run_events e WHERE e.run_id = (p_end ->> 'run_id')::uuid
        AND e.epoch = (p_end ->> 'epoch')::integer AND e.seq = (p_end -> 'events' -> -1 ->> 'seq')::integer));
  END IF;
  INSERT INTO chat_run_events (run_id, epoch, seq, tenant_id, user_id, event)
  SELECT v_run.id, v_run.lease_epoch, (e ->> 'seq')::integer, v_run.tenant_id, v_run.user_id, e -> 'body'
  FROM jsonb_array_elements(p_end -> 'events') e;
  UPDATE chat_messages m SET
    type = v_answer ->> 'type', state = v_answer ->> 'state', content = v_answer ->> 'content',
    parts = v_answer -> 'parts', agent_name = v_answer ->> 'agent_name', confidence = (v_answer ->> 'confidence')::real,
    suggested_actions = v_answer -> 'suggested_actions', metadata = v_answer -> 'metadata', created_at = v_at
  WHERE m.id = v_run.answer_id AND m.state = 'pending';
  UPDATE chat_sessions s SET
    last_activity = greatest(s.last_activity, v_at),
    message_count = s.message_count + CASE WHEN v_answer ->> 'state' = 'dropped' THEN 0 ELSE 1 END
  WHERE s.tenant_id = v_run.tenant_id AND s.user_id = v_run.user_id AND s.id = v_run.session_id;
  INSERT INTO usage_ledger (run_id, tenant_id, user_id, session_id, state, agent_name, engine, provider, model,
    input_tokens, output_tokens, first_token_ms, duration_ms)
  VALUES (v_run.id, v_run.tenant_id, v_run.user_id, v_run.session_id, v_run.state, v_answer ->> 'agent_name',
    v_usage ->> 'engine', v_usage ->> 'provider', v_usage ->> 'model',
    coalesce((v_usage ->> 'input_tokens')::integer, 0), coalesce((v_usage ->> 'output_tokens')::integer, 0),
    (v_usage ->> 'first_token_ms')::integer, (v_usage ->> 'duration_ms')::integer);
  SELECT q.id INTO v_next FROM chat_runs q
  WHERE q.tenant_id = v_run.tenant_id AND q.user_id = v_run.user_id AND q.session_id = v_run.session_id
    AND q.state = 'queued' ORDER BY q.position LIMIT 1;
  RETURN jsonb_build_object('ended', true, 'next_run', v_next);
END $$;
`;

const END_ALL = `
CREATE FUNCTION chat_end_all(p_ends jsonb) RETURNS SETOF jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_end jsonb;
BEGIN
  PERFORM chat_enter('system', NULL, NULL);
  PERFORM chat_lock_ends(p_ends);
  FOR v_end IN SELECT e.value FROM jsonb_array_elements(p_ends) WITH ORDINALITY e ORDER BY e.ordinality LOOP
    RETURN NEXT chat_end_one(v_end);
  END LOOP;
END $$;
`;

export const END_FUNCTIONS = [LOCK, END_ONE, END_ALL].join('\n');
