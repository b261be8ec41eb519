/**
 * Accepting questions, all that wait in one statement. Locks are taken in one order by everybody: client ids, then
 * sessions by key, then runs by id; so batches wait for each other and never in a circle.
 */

const KNOWN = `
CREATE FUNCTION chat_known(p_item jsonb) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_tenant text := p_item ->> 'tenant_id';
  v_user text := p_item ->> 'user_id';
  v_known chat_messages;
  v_run chat_runs;
BEGIN
  SELECT * INTO v_known FROM chat_messages m
  WHERE m.tenant_id = v_tenant AND m.user_id = v_user AND m.client_message_id = p_item ->> 'client_message_id';
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  SELECT * INTO v_run FROM chat_runs r
  WHERE r.tenant_id = v_tenant AND r.user_id = v_user AND r.session_id = v_known.session_id
    AND r.question_id = v_known.id ORDER BY r.created_at LIMIT 1;
  RETURN jsonb_build_object(
    'outcome', CASE
      WHEN v_known.client_hash IS DISTINCT FROM p_item ->> 'client_hash'
        OR ((p_item ->> 'session_given')::boolean AND v_known.session_id <> p_item ->> 'session_id') THEN 'conflict'
      WHEN v_known.state = 'erased' THEN 'session_deleted'
      ELSE 'known' END,
    'session_id', v_known.session_id, 'run_id', v_run.id, 'question_id', v_known.id, 'answer_id', v_run.answer_id,
    'question_position', v_known.position, 'asked_at', v_known.created_at, 'parent_id', v_known.parent_id,
    'length', (SELECT s.message_count FROM chat_sessions s
      WHERE s.tenant_id = v_tenant AND s.user_id = v_user AND s.id = v_known.session_id));
END $$;
`;

/**
 * `owner`: claims the run at once where nothing else is open in the session; the row then brings the newest `history`
 * messages before the question. `branch`: the question goes under `parent_id` (null: it opens the conversation anew), not under the newest message.
 */
const APPEND = `
CREATE FUNCTION chat_append(p_item jsonb) RETURNS jsonb
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
    title = coalesce(s.title, p_item ->> 'title'), context = CASE
      WHEN length((s.context || (p_item -> 'context'))::text) > 16384 THEN p_item -> 'context'
      ELSE s.context || (p_item -> 'context') END
  WHERE s.tenant_id = v_tenant AND s.user_id = v_user AND s.id = v_id;
  v_state := CASE WHEN v_owner IS NULL OR EXISTS (
    SELECT FROM chat_runs o WHERE o.tenant_id = v_tenant AND o.user_id = v_user AND o.session_id = v_id
      AND o.state IN ('queued', 'running', 'awaiting_approval')) THEN 'queued' ELSE 'running' END;
  INSERT INTO chat_runs (id, tenant_id, user_id, session_id, question_id, answer_id, position, principal, request,
    created_at, state, lease_owner, lease_epoch, attempts, lease_until, started_at)
  VALUES (v_run, v_tenant, v_user, v_id, v_question, v_answer, v_session.next_position + 1, p_item -> 'principal',
    p_item -> 'request', v_at, v_state,
    CASE v_state WHEN 'running' THEN v_owner END, CASE v_state WHEN 'running' THEN 1 ELSE 0 END,
    CASE v_state WHEN 'running' THEN 1 ELSE 0 END,
    CASE v_state WHEN 'running' THEN v_at + (p_item ->> 'lease_ms')::integer * interval '1 millisecond' END,
    CASE v_state WHEN 'running' THEN v_at END);
  IF v_state = 'running' AND v_parent IS NOT NULL THEN
    SELECT jsonb_agg(jsonb_build_object('role', b.role, 'content', b.content)) INTO v_history
    FROM conversations_before(v_tenant, v_user, v_id, v_question, (p_item ->> 'history')::integer) b;
  END IF;
  RETURN jsonb_build_object('outcome', 'new', 'session_id', v_id, 'run_id', v_run, 'question_id', v_question,
    'answer_id', v_answer, 'question_position', v_session.next_position, 'asked_at', v_at, 'parent_id', v_parent,
    'length', v_session.message_count + 1, 'claimed', v_state = 'running', 'history', coalesce(v_history, '[]'));
END $$;
`;

const ACCEPT_ALL = `
CREATE FUNCTION chat_accept_all(p_items jsonb) RETURNS SETOF jsonb
LANGUAGE plpgsql AS $$
DECLARE
  v_item jsonb;
  v_number bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(k.key) FROM (
    SELECT DISTINCT hashtextextended(
      jsonb_build_array(i ->> 'tenant_id', i ->> 'user_id', i ->> 'client_message_id')::text, 0) AS key
    FROM jsonb_array_elements(p_items) i WHERE i ->> 'client_message_id' IS NOT NULL ORDER BY 1) k;
  FOR v_item, v_number IN
    SELECT i.value, i.ordinality FROM jsonb_array_elements(p_items) WITH ORDINALITY i
    ORDER BY i.value ->> 'tenant_id', i.value ->> 'user_id', i.value ->> 'session_id', i.ordinality
  LOOP
    PERFORM chat_enter('user', v_item ->> 'tenant_id', v_item ->> 'user_id');
    RETURN NEXT jsonb_build_object('number', v_number) || coalesce(
      CASE WHEN v_item ->> 'client_message_id' IS NOT NULL THEN chat_known(v_item) END,
      chat_append(v_item));
  END LOOP;
END $$;
`;

export const ACCEPT_FUNCTIONS = [KNOWN, APPEND, ACCEPT_ALL].join('\n');
