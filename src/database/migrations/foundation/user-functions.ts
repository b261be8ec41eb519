/** What a user does to runs and sessions of their own, each one transaction in the scope `user`. */

const RETRY = `
CREATE FUNCTION chat_retry(
  p_tenant text, p_user text, p_run uuid, p_new_run uuid, p_new_answer uuid, p_principal jsonb,
  OUT outcome text, OUT run_id uuid, OUT session_id text
) LANGUAGE plpgsql AS $$
DECLARE
  v_run chat_runs;
  v_old chat_messages;
  v_newer chat_runs;
  v_answer uuid;
  v_position integer;
BEGIN
  PERFORM chat_enter('user', p_tenant, p_user);
  SELECT * INTO v_run FROM chat_runs r WHERE r.tenant_id = p_tenant AND r.user_id = p_user AND r.id = p_run;
  IF NOT FOUND THEN
    outcome := 'missing';
    RETURN;
  END IF;
  PERFORM FROM chat_sessions s WHERE s.tenant_id = p_tenant AND s.user_id = p_user AND s.id = v_run.session_id
    AND s.deleted_at IS NULL FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    outcome := 'missing';
    RETURN;
  END IF;
  session_id := v_run.session_id;
  SELECT * INTO v_newer FROM chat_runs r
  WHERE r.tenant_id = p_tenant AND r.user_id = p_user AND r.session_id = v_run.session_id
    AND r.question_id = v_run.question_id AND r.created_at > v_run.created_at
  ORDER BY r.created_at DESC LIMIT 1;
  IF FOUND AND v_newer.state IN ('queued', 'running', 'awaiting_approval') THEN
    outcome := 'known';
    run_id := v_newer.id;
    RETURN;
  END IF;
  SELECT state INTO v_run.state FROM chat_runs r WHERE r.id = p_run;
  IF v_newer.id IS NOT NULL OR v_run.state NOT IN ('failed', 'cancelled', 'interrupted') THEN
    outcome := 'not_retriable';
    RETURN;
  END IF;
  SELECT * INTO v_old FROM chat_messages m WHERE m.id = v_run.answer_id;
  v_answer := v_old.id;
  v_position := v_old.position;
  IF v_old.state = 'partial' THEN
    v_answer := p_new_answer;
    UPDATE chat_sessions s SET next_position = s.next_position + 1
    WHERE s.tenant_id = p_tenant AND s.user_id = p_user AND s.id = v_run.session_id;
    UPDATE chat_messages m SET is_current = false, position = (
      SELECT s.next_position - 1 FROM chat_sessions s
      WHERE s.tenant_id = p_tenant AND s.user_id = p_user AND s.id = v_run.session_id)
    WHERE m.id = v_old.id;
    INSERT INTO chat_messages (id, tenant_id, user_id, session_id, position, parent_id, in_reply_to, type, state, is_current)
    VALUES (v_answer, p_tenant, p_user, v_run.session_id, v_position, v_old.parent_id, v_old.in_reply_to,
      'assistant', 'pending', v_old.is_current);
    UPDATE chat_messages m SET parent_id = v_answer
    WHERE m.tenant_id = p_tenant AND m.user_id = p_user AND m.session_id = v_run.session_id AND m.parent_id = v_old.id;
  ELSE
    UPDATE chat_messages m SET type = 'assistant', state = 'pending', content = '', parts = '[]', metadata = '{}',
      suggested_actions = '[]', agent_name = NULL, confidence = NULL
    WHERE m.id = v_old.id;
  END IF;
  UPDATE chat_sessions s SET
    head_message_id = CASE WHEN s.head_message_id = v_old.id THEN v_answer ELSE s.head_message_id END,
    message_count = s.message_count - CASE WHEN v_old.state IN ('partial', 'failed') THEN 1 ELSE 0 END,
    last_activity = clock_timestamp()
  WHERE s.tenant_id = p_tenant AND s.user_id = p_user AND s.id = v_run.session_id;
  INSERT INTO chat_runs (id, tenant_id, user_id, session_id, question_id, answer_id, position, principal, request)
  VALUES (p_new_run, p_tenant, p_user, v_run.session_id, v_run.question_id, v_answer, v_position, p_principal,
    v_run.request);
  run_id := p_new_run;
  outcome := 'new';
END $$;
`;

const CANCEL = `
CREATE FUNCTION runs_cancel_queued(p_tenant text, p_user text, p_run uuid)
RETURNS TABLE (state text, session_id text, cancelled boolean)
LANGUAGE plpgsql AS $$
DECLARE
  v_run chat_runs;
BEGIN
  PERFORM chat_enter('user', p_tenant, p_user);
  UPDATE chat_runs r SET state = 'cancelled', ended_at = clock_timestamp()
  WHERE r.tenant_id = p_tenant AND r.user_id = p_user AND r.id = p_run AND r.state = 'queued' RETURNING * INTO v_run;
  IF NOT FOUND THEN
    RETURN QUERY SELECT r.state, r.session_id, false FROM chat_runs r
      WHERE r.tenant_id = p_tenant AND r.user_id = p_user AND r.id = p_run;
    RETURN;
  END IF;
  UPDATE chat_messages m SET state = 'dropped' WHERE m.id = v_run.answer_id AND m.state = 'pending';
  INSERT INTO chat_run_events (run_id, epoch, seq, tenant_id, user_id, event)
  VALUES (p_run, 0, 1, p_tenant, p_user, '{"event":"run.cancelled","message":null}');
  RETURN QUERY SELECT v_run.state, v_run.session_id, true;
END $$;
`;

const ERASE = `
CREATE FUNCTION chat_erase_session(p_tenant text, p_user text, p_session text)
RETURNS TABLE (erased boolean, open_runs uuid[])
LANGUAGE plpgsql AS $$
DECLARE
  v_open uuid[];
BEGIN
  PERFORM chat_enter('user', p_tenant, p_user);
  UPDATE chat_sessions s SET deleted_at = clock_timestamp(), title = NULL, context = '{}', summary = NULL,
    head_message_id = NULL, message_count = 0, is_active = false, is_pinned = false
  WHERE s.tenant_id = p_tenant AND s.user_id = p_user AND s.id = p_session AND s.deleted_at IS NULL;
  IF NOT FOUND THEN
    RETURN QUERY SELECT false, '{}'::uuid[];
    RETURN;
  END IF;
  SELECT coalesce(array_agg(r.id), '{}') INTO v_open FROM chat_runs r
  WHERE r.tenant_id = p_tenant AND r.user_id = p_user AND r.session_id = p_session
    AND r.state IN ('queued', 'running', 'awaiting_approval');
  DELETE FROM chat_run_events e USING chat_runs r
  WHERE e.run_id = r.id AND r.tenant_id = p_tenant AND r.user_id = p_user AND r.session_id = p_session;
  DELETE FROM chat_runs r WHERE r.tenant_id = p_tenant AND r.user_id = p_user AND r.session_id = p_session;
  DELETE FROM datasets d WHERE d.tenant_id = p_tenant AND d.user_id = p_user AND d.session_id = p_session;
  DELETE FROM chat_messages m WHERE m.tenant_id = p_tenant AND m.user_id = p_user AND m.session_id = p_session
    AND m.client_message_id IS NULL;
  DELETE FROM feedback f WHERE f.tenant_id = p_tenant AND f.user_id = p_user AND f.session_id = p_session;
  UPDATE chat_messages m SET content = '', parts = '[]', metadata = '{}', suggested_actions = '[]', state = 'erased',
    parent_id = NULL, is_current = false
  WHERE m.tenant_id = p_tenant AND m.user_id = p_user AND m.session_id = p_session;
  RETURN QUERY SELECT true, v_open;
END $$;
`;

const TRIM = `
CREATE FUNCTION runs_trim(p_after_minutes integer, p_limit integer) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
  v_count integer;
BEGIN
  PERFORM chat_enter('system', NULL, NULL);
  DELETE FROM chat_run_events WHERE run_id IN (
    SELECT r.id FROM chat_runs r
    WHERE r.ended_at < clock_timestamp() - p_after_minutes * interval '1 minute'
      AND EXISTS (SELECT FROM chat_run_events e WHERE e.run_id = r.id)
    ORDER BY r.ended_at DESC LIMIT p_limit);
  GET DIAGNOSTICS v_count = ROW_COUNT;
  RETURN v_count;
END $$;
`;

export const USER_FUNCTIONS = [RETRY, CANCEL, ERASE, TRIM].join('\n');
