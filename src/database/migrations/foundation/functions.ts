/**
 * Hot paths as SQL functions: one round trip a step, each setting its own scope.
 * They run with the rights of chat_app, so that row-level security binds inside them too.
 */

const ENTER = `
CREATE FUNCTION chat_enter(p_scope text, p_tenant text, p_user text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('app.scope', p_scope, true),
          set_config('app.tenant_id', coalesce(p_tenant, ''), true),
          set_config('app.user_id', coalesce(p_user, ''), true),
          set_config('role', 'chat_app', true);
END $$;
`;

const APPEND = `
CREATE FUNCTION conversations_append(
  p_tenant text, p_user text, p_role text, p_session text, p_question uuid, p_answer uuid, p_content text,
  p_title text, p_client_id text, p_client_hash text, p_parent uuid, p_context jsonb, p_metadata jsonb,
  OUT outcome text, OUT question_position integer, OUT asked_at timestamptz, OUT parent uuid, OUT length integer
) LANGUAGE plpgsql AS $$
DECLARE
  v_session chat_sessions;
BEGIN
  IF p_parent IS NOT NULL THEN
    PERFORM FROM chat_messages WHERE id = p_parent AND tenant_id = p_tenant AND user_id = p_user
      AND session_id = p_session AND state IN ('complete', 'partial', 'failed');
    IF NOT FOUND THEN
      outcome := 'parent_missing';
      RETURN;
    END IF;
  END IF;
  INSERT INTO chat_sessions (tenant_id, user_id, id, role)
  VALUES (p_tenant, p_user, p_session, p_role) ON CONFLICT DO NOTHING;
  SELECT * INTO v_session FROM chat_sessions
  WHERE tenant_id = p_tenant AND user_id = p_user AND id = p_session FOR NO KEY UPDATE;
  IF v_session.deleted_at IS NOT NULL THEN
    outcome := 'session_deleted';
    RETURN;
  END IF;
  parent := v_session.head_message_id;
  IF p_parent IS NOT NULL AND p_parent IS DISTINCT FROM parent THEN
    parent := p_parent;
    PERFORM conversations_switch(p_tenant, p_user, p_session, p_parent);
  END IF;
  asked_at := clock_timestamp();
  question_position := v_session.next_position;
  length := v_session.message_count + 1;
  INSERT INTO chat_messages (id, tenant_id, user_id, session_id, position, parent_id, in_reply_to, type, state,
    content, metadata, client_message_id, client_hash, created_at)
  VALUES
    (p_question, p_tenant, p_user, p_session, question_position, parent, NULL, 'user', 'complete',
      p_content, p_metadata, p_client_id, p_client_hash, asked_at),
    (p_answer, p_tenant, p_user, p_session, question_position + 1, p_question, p_question, 'assistant', 'pending',
      '', '{}', NULL, NULL, asked_at);
  UPDATE chat_sessions SET
    next_position = question_position + 2, message_count = length, head_message_id = p_answer, is_active = true,
    last_activity = asked_at, role = p_role, title = coalesce(title, p_title), context = CASE
      WHEN length((context || p_context)::text) > 16384 THEN p_context ELSE context || p_context END
  WHERE tenant_id = p_tenant AND user_id = p_user AND id = p_session;
  outcome := 'new';
END $$;

CREATE FUNCTION conversations_switch(p_tenant text, p_user text, p_session text, p_head uuid) RETURNS void
LANGUAGE sql AS $$
  WITH RECURSIVE path AS (
    SELECT id, parent_id FROM chat_messages
    WHERE id = p_head AND tenant_id = p_tenant AND user_id = p_user AND session_id = p_session
    UNION ALL
    SELECT m.id, m.parent_id FROM chat_messages m JOIN path ON m.id = path.parent_id
  )
  UPDATE chat_messages SET is_current = id IN (SELECT id FROM path)
  WHERE tenant_id = p_tenant AND user_id = p_user AND session_id = p_session
    AND is_current IS DISTINCT FROM (id IN (SELECT id FROM path));
$$;
`;

const PATH = `
CREATE FUNCTION conversations_before(p_tenant text, p_user text, p_session text, p_question uuid, p_limit integer)
RETURNS TABLE (role text, content text)
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM chat_enter('user', p_tenant, p_user);
  RETURN QUERY
  WITH RECURSIVE path AS (
    SELECT m.parent_id, m.type, m.state, ''::text AS content, 0 AS step FROM chat_messages m
    WHERE m.id = p_question AND m.tenant_id = p_tenant AND m.user_id = p_user AND m.session_id = p_session
    UNION ALL
    SELECT m.parent_id, m.type, m.state, m.content, path.step + 1 FROM path
    CROSS JOIN LATERAL (
      SELECT o.* FROM chat_messages o
      WHERE o.id = path.parent_id AND o.tenant_id = p_tenant AND o.user_id = p_user LIMIT 1
    ) m
  ), newest AS (
    SELECT path.type, path.content, path.step FROM path
    WHERE path.step > 0 AND path.type IN ('user', 'assistant') AND path.state IN ('complete', 'partial')
    LIMIT p_limit
  )
  SELECT newest.type, newest.content FROM newest ORDER BY newest.step DESC;
END $$;
`;

const ACCEPT = `
CREATE FUNCTION chat_accept(
  p_tenant text, p_user text, p_role text, p_session text, p_session_given boolean, p_run uuid, p_question uuid,
  p_answer uuid, p_content text, p_title text, p_client_id text, p_client_hash text, p_parent uuid,
  p_context jsonb, p_metadata jsonb, p_principal jsonb, p_request jsonb,
  OUT outcome text, OUT session_id text, OUT run_id uuid, OUT question_id uuid, OUT answer_id uuid,
  OUT question_position integer, OUT asked_at timestamptz, OUT parent_id uuid, OUT length integer
) LANGUAGE plpgsql AS $$
DECLARE
  v_known chat_messages;
BEGIN
  PERFORM chat_enter('user', p_tenant, p_user);
  IF p_client_id IS NOT NULL THEN
    PERFORM pg_advisory_xact_lock(hashtextextended(jsonb_build_array(p_tenant, p_user, p_client_id)::text, 0));
    SELECT * INTO v_known FROM chat_messages m
    WHERE m.tenant_id = p_tenant AND m.user_id = p_user AND m.client_message_id = p_client_id;
    IF FOUND THEN
      session_id := v_known.session_id;
      question_id := v_known.id;
      question_position := v_known.position;
      asked_at := v_known.created_at;
      parent_id := v_known.parent_id;
      SELECT s.message_count INTO length FROM chat_sessions s
      WHERE s.tenant_id = p_tenant AND s.user_id = p_user AND s.id = v_known.session_id;
      SELECT r.id, r.answer_id INTO run_id, answer_id FROM chat_runs r
      WHERE r.tenant_id = p_tenant AND r.user_id = p_user AND r.session_id = v_known.session_id
        AND r.question_id = v_known.id ORDER BY r.created_at LIMIT 1;
      outcome := CASE
        WHEN v_known.client_hash IS DISTINCT FROM p_client_hash
          OR (p_session_given AND v_known.session_id <> p_session) THEN 'conflict'
        WHEN v_known.state = 'erased' THEN 'session_deleted'
        ELSE 'known' END;
      RETURN;
    END IF;
  END IF;
  SELECT a.outcome, a.question_position, a.asked_at, a.parent, a.length
  INTO outcome, question_position, asked_at, parent_id, length
  FROM conversations_append(p_tenant, p_user, p_role, p_session, p_question, p_answer, p_content, p_title,
    p_client_id, p_client_hash, p_parent, p_context, p_metadata) a;
  IF outcome <> 'new' THEN
    RETURN;
  END IF;
  session_id := p_session;
  run_id := p_run;
  question_id := p_question;
  answer_id := p_answer;
  INSERT INTO chat_runs (id, tenant_id, user_id, session_id, question_id, answer_id, position, principal, request)
  VALUES (p_run, p_tenant, p_user, p_session, p_question, p_answer, question_position + 1, p_principal, p_request);
END $$;
`;

export const FUNCTIONS = [ENTER, APPEND, PATH, ACCEPT].join('\n');
