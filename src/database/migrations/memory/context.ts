/**
 * What was said before a question on its own branch, oldest first, as `conversations_before` gives it, with the place
 * of each message and its time in milliseconds.
 */
const PAST = `
CREATE FUNCTION conversations_past(p_tenant text, p_user text, p_session text, p_question uuid, p_limit integer)
RETURNS TABLE (role text, content text, place integer, at double precision)
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM chat_enter('user', p_tenant, p_user);
  RETURN QUERY
  WITH RECURSIVE path AS (
    SELECT m.parent_id, m.type, m.state, ''::text AS content, m.position, m.created_at, 0 AS step
    FROM chat_messages m
    WHERE m.id = p_question AND m.tenant_id = p_tenant AND m.user_id = p_user AND m.session_id = p_session
    UNION ALL
    SELECT m.parent_id, m.type, m.state, m.content, m.position, m.created_at, path.step + 1 FROM path
    CROSS JOIN LATERAL (
      SELECT o.* FROM chat_messages o
      WHERE o.id = path.parent_id AND o.tenant_id = p_tenant AND o.user_id = p_user LIMIT 1
    ) m
  ), newest AS (
    SELECT path.* FROM path
    WHERE path.step > 0 AND path.type IN ('user', 'assistant') AND path.state IN ('complete', 'partial')
    LIMIT p_limit
  )
  SELECT newest.type, newest.content, newest.position, (extract(epoch FROM newest.created_at) * 1000)::double precision
  FROM newest ORDER BY newest.step DESC;
END $$;
`;

/**
 * As before, and the run keeps the context of its session as it was when it was asked, not that of its question alone.
 * The row brings the summary of the session along where that is one of the branch.
 */
export const APPEND = `
CREATE OR REPLACE FUNCTION chat_append(p_item jsonb) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_tenant text := p_item ->> 'tenant_id';
  v_user text := p_item ->> 'user_id';
  v_id text := p_item ->> 'session_id';
  v_run uuid := (p_item ->> 'run_id')::uuid;
  v_question uuid := (p_item ->> 'question_id')::uuid;
  v_answer uuid := (p_item ->> 'answer_id')::uuid;
  v_parent uuid := (p_item ->> 'parent_id')::uuid;
  v_owner text := p_item ->> 'owner';
  v_session chat_sessions;
  v_state text;
  v_at timestamptz;
  v_history jsonb;
  v_context jsonb;
BEGIN
  IF (SELECT count(*) FROM (
    SELECT FROM chat_runs o WHERE o.tenant_id = v_tenant AND o.user_id = v_user
      AND o.state IN ('queued', 'running', 'awaiting_approval') LIMIT (p_item ->> 'max_open')::integer) open
  ) >= (p_item ->> 'max_open')::integer THEN
    RETURN '{"outcome":"too_many_open"}';
  END IF;
  IF v_parent IS NOT NULL THEN
    PERFORM FROM chat_messages m WHERE m.id = v_parent AND m.tenant_id = v_tenant AND m.user_id = v_user
      AND m.session_id = v_id AND m.state IN ('complete', 'partial', 'failed');
    IF NOT FOUND THEN
      RETURN '{"outcome":"parent_missing"}';
    END IF;
  END IF;
  LOOP
    SELECT * INTO v_session FROM chat_sessions s
    WHERE s.tenant_id = v_tenant AND s.user_id = v_user AND s.id = v_id FOR NO KEY UPDATE;
    EXIT WHEN FOUND;
    INSERT INTO chat_sessions (tenant_id, user_id, id, role)
    VALUES (v_tenant, v_user, v_id, p_item ->> 'role') ON CONFLICT DO NOTHING;
  END LOOP;
  IF v_session.deleted_at IS NOT NULL THEN
    RETURN '{"outcome":"session_deleted"}';
  END IF;
  IF NOT (p_item ->> 'branch')::boolean THEN
    v_parent := v_session.head_message_id;
  ELSIF v_parent IS DISTINCT FROM v_session.head_message_id THEN
    PERFORM conversations_switch(v_tenant, v_user, v_id, v_parent);
  END IF;
  v_at := clock_timestamp();
  v_context := v_session.context || (p_item -> 'context');
  IF length(v_context::text) > 16384 THEN
    v_context := p_item -> 'context';
  END IF;
  INSERT INTO chat_messages (id, tenant_id, user_id, session_id, position, parent_id, in_reply_to, type, state,
    content, client_message_id, client_hash, created_at)
  VALUES
    (v_question, v_tenant, v_user, v_id, v_session.next_position, v_parent, NULL, 'user', 'complete',
      p_item ->> 'content', p_item ->> 'client_message_id', p_item ->> 'client_hash', v_at),
    (v_answer, v_tenant, v_user, v_id, v_session.next_position + 1, v_question, v_question, 'assistant', 'pending',
      '', NULL, NULL, v_at);
  UPDATE chat_sessions s SET
    next_position = v_session.next_position + 2, message_count = v_session.message_count + 1,
    head_message_id = v_answer, is_active = true, last_activity = v_at, role = p_item ->> 'role',
    title = coalesce(s.title, p_item ->> 'title'), context = v_context
  WHERE s.tenant_id = v_tenant AND s.user_id = v_user AND s.id = v_id;
  v_state := CASE WHEN v_owner IS NULL OR EXISTS (
    SELECT FROM chat_runs o WHERE o.tenant_id = v_tenant AND o.user_id = v_user AND o.session_id = v_id
      AND o.state IN ('queued', 'running', 'awaiting_approval')) THEN 'queued' ELSE 'running' END;
  INSERT INTO chat_runs (id, tenant_id, user_id, session_id, question_id, answer_id, position, principal, request,
    created_at, state, lease_owner, lease_epoch, attempts, lease_until, started_at)
  VALUES (v_run, v_tenant, v_user, v_id, v_question, v_answer, v_session.next_position + 1, p_item -> 'principal',
    (p_item -> 'request') || jsonb_build_object('context', v_context), v_at, v_state,
    CASE v_state WHEN 'running' THEN v_owner END, CASE v_state WHEN 'running' THEN 1 ELSE 0 END,
    CASE v_state WHEN 'running' THEN 1 ELSE 0 END,
    CASE v_state WHEN 'running' THEN v_at + (p_item ->> 'lease_ms')::integer * interval '1 millisecond' END,
    CASE v_state WHEN 'running' THEN v_at END);
  IF v_state = 'running' AND v_parent IS NOT NULL THEN
    SELECT jsonb_agg(to_jsonb(b)) INTO v_history
    FROM conversations_past(v_tenant, v_user, v_id, v_question, (p_item ->> 'history')::integer) b;
  END IF;
  RETURN jsonb_build_object('outcome', 'new', 'session_id', v_id, 'run_id', v_run, 'question_id', v_question,
    'answer_id', v_answer, 'question_position', v_session.next_position, 'asked_at', v_at, 'parent_id', v_parent,
    'length', v_session.message_count + 1, 'claimed', v_state = 'running', 'context', v_context,
    'summary', CASE WHEN v_session.summary IS NOT NULL AND EXISTS (
      SELECT FROM chat_messages m WHERE m.id = (v_session.summary ->> 'message_id')::uuid AND m.tenant_id = v_tenant
        AND m.user_id = v_user AND m.session_id = v_id AND m.is_current) THEN v_session.summary END,
    'history', coalesce(v_history, '[]'));
END $$;
`;

/** The summary of a session, where the message that it reaches to lies before a question on the question's branch. */
const SUMMARY = `
CREATE FUNCTION conversations_summary(p_tenant text, p_user text, p_session text, p_question uuid)
RETURNS TABLE (summary jsonb)
LANGUAGE plpgsql AS $$
DECLARE
  v_summary jsonb;
BEGIN
  PERFORM chat_enter('user', p_tenant, p_user);
  SELECT s.summary INTO v_summary FROM chat_sessions s
  WHERE s.tenant_id = p_tenant AND s.user_id = p_user AND s.id = p_session AND s.deleted_at IS NULL;
  IF v_summary IS NULL THEN
    RETURN;
  END IF;
  RETURN QUERY
  WITH RECURSIVE path AS (
    SELECT m.id, m.parent_id, m.position FROM chat_messages m
    WHERE m.id = p_question AND m.tenant_id = p_tenant AND m.user_id = p_user AND m.session_id = p_session
    UNION ALL
    SELECT m.id, m.parent_id, m.position FROM path
    CROSS JOIN LATERAL (
      SELECT o.* FROM chat_messages o
      WHERE o.id = path.parent_id AND o.tenant_id = p_tenant AND o.user_id = p_user LIMIT 1
    ) m
    WHERE path.position > (v_summary ->> 'place')::integer
  )
  SELECT v_summary FROM path WHERE path.id = (v_summary ->> 'message_id')::uuid AND path.id <> p_question;
END $$;
`;

export const CONTEXT_FUNCTIONS = [PAST, APPEND, SUMMARY];
