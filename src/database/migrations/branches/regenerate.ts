/**
 * A new answer to a question that was answered, in the scope `user`: the old one stays as a branch, the new one becomes
 * the end of what is shown. The same `p_new_run` gives the same run. One answer of a session at a time: while one is
 * under way, nothing is switched away from it.
 */
export const REGENERATE = `
CREATE FUNCTION chat_regenerate(
  p_tenant text, p_user text, p_message uuid, p_new_run uuid, p_new_answer uuid, p_principal jsonb, p_max_open integer,
  OUT outcome text, OUT run_id uuid, OUT session_id text, OUT answer_id uuid
) LANGUAGE plpgsql AS $$
DECLARE
  v_question uuid;
  v_position integer;
  v_request jsonb;
BEGIN
  PERFORM chat_enter('user', p_tenant, p_user);
  outcome := 'missing';
  SELECT CASE m.type WHEN 'user' THEN m.id ELSE m.in_reply_to END, m.session_id INTO v_question, session_id
  FROM chat_messages m WHERE m.id = p_message AND m.tenant_id = p_tenant AND m.user_id = p_user
    AND m.state IN ('complete', 'partial', 'failed');
  IF v_question IS NULL THEN
    RETURN;
  END IF;
  SELECT s.next_position INTO v_position FROM chat_sessions s
  WHERE s.tenant_id = p_tenant AND s.user_id = p_user AND s.id = chat_regenerate.session_id AND s.deleted_at IS NULL
  FOR NO KEY UPDATE;
  IF NOT FOUND OR NOT EXISTS (SELECT FROM chat_messages m WHERE m.id = v_question AND m.state = 'complete') THEN
    RETURN;
  END IF;
  SELECT r.id, r.answer_id INTO run_id, answer_id FROM chat_runs r
  WHERE r.id = p_new_run AND r.tenant_id = p_tenant AND r.user_id = p_user;
  IF FOUND THEN
    outcome := 'known';
    RETURN;
  END IF;
  IF EXISTS (SELECT FROM chat_runs r WHERE r.tenant_id = p_tenant AND r.user_id = p_user
      AND r.session_id = chat_regenerate.session_id AND r.state IN ('queued', 'running', 'awaiting_approval')) THEN
    outcome := 'busy';
    RETURN;
  END IF;
  IF (SELECT count(*) FROM (SELECT FROM chat_runs r WHERE r.tenant_id = p_tenant AND r.user_id = p_user
      AND r.state IN ('queued', 'running', 'awaiting_approval') LIMIT p_max_open) open) >= p_max_open THEN
    outcome := 'too_many_open';
    RETURN;
  END IF;
  SELECT r.request INTO v_request FROM chat_runs r
  WHERE r.tenant_id = p_tenant AND r.user_id = p_user AND r.session_id = chat_regenerate.session_id
    AND r.question_id = v_question ORDER BY r.created_at DESC LIMIT 1;
  PERFORM conversations_switch(p_tenant, p_user, session_id, v_question);
  INSERT INTO chat_messages (id, tenant_id, user_id, session_id, position, parent_id, in_reply_to, type, state)
  VALUES (p_new_answer, p_tenant, p_user, session_id, v_position, v_question, v_question, 'assistant', 'pending');
  UPDATE chat_sessions s SET next_position = v_position + 1, head_message_id = p_new_answer, is_active = true,
    last_activity = clock_timestamp()
  WHERE s.tenant_id = p_tenant AND s.user_id = p_user AND s.id = chat_regenerate.session_id;
  INSERT INTO chat_runs (id, tenant_id, user_id, session_id, question_id, answer_id, position, principal, request)
  VALUES (p_new_run, p_tenant, p_user, session_id, v_question, p_new_answer, v_position, p_principal,
    coalesce(v_request, '{"agent_name":null,"context":{}}'));
  run_id := p_new_run;
  answer_id := p_new_answer;
  outcome := 'new';
END $$;
`;
