/**
 * What was said after the summary of a session, up to an answer, on the branch that is shown: the newest `p_limit`
 * messages, oldest first. Out: nothing where the answer is not on that branch or the session is gone. `before`: the
 * message that the stored summary reaches to; `kept`: that summary, where it is one of the branch.
 */
const LIVE = `
CREATE FUNCTION memory_live(p_tenant text, p_user text, p_session text, p_answer uuid, p_limit integer)
RETURNS TABLE (before uuid, kept jsonb, messages jsonb)
LANGUAGE plpgsql AS $$
DECLARE
  v_summary jsonb;
  v_last integer;
  v_from integer := 0;
BEGIN
  PERFORM chat_enter('user', p_tenant, p_user);
  SELECT s.summary INTO v_summary FROM chat_sessions s
  WHERE s.tenant_id = p_tenant AND s.user_id = p_user AND s.id = p_session AND s.deleted_at IS NULL;
  SELECT m.position INTO v_last FROM chat_messages m
  WHERE m.id = p_answer AND m.tenant_id = p_tenant AND m.user_id = p_user AND m.session_id = p_session AND m.is_current;
  IF v_last IS NULL THEN
    RETURN;
  END IF;
  before := (v_summary ->> 'message_id')::uuid;
  SELECT m.position INTO v_from FROM chat_messages m
  WHERE m.id = before AND m.tenant_id = p_tenant AND m.user_id = p_user AND m.session_id = p_session AND m.is_current;
  IF FOUND THEN
    kept := v_summary;
  END IF;
  SELECT coalesce(jsonb_agg(to_jsonb(n) ORDER BY n.place), '[]') INTO messages FROM (
    SELECT m.id, m.type AS role, left(m.content, 20000) AS content, m.position AS place,
      (extract(epoch FROM m.created_at) * 1000)::double precision AS at
    FROM chat_messages m
    WHERE m.tenant_id = p_tenant AND m.user_id = p_user AND m.session_id = p_session
      AND m.position > coalesce(v_from, 0) AND m.position <= v_last AND m.is_current
      AND m.type IN ('user', 'assistant') AND m.state IN ('complete', 'partial')
    ORDER BY m.position DESC LIMIT p_limit) n;
  RETURN NEXT;
END $$;
`;

/**
 * Keeps a summary where the one before it is still the one that it was made from, and adds what it cost to the ledger
 * of the run after which it was made, in any case. Out: whether it was kept.
 */
const KEEP = `
CREATE FUNCTION memory_keep(
  p_tenant text, p_user text, p_session text, p_run uuid, p_before uuid, p_summary jsonb, p_usage jsonb,
  OUT is_kept boolean
) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM chat_enter('user', p_tenant, p_user);
  UPDATE chat_sessions s SET summary = p_summary
  WHERE s.tenant_id = p_tenant AND s.user_id = p_user AND s.id = p_session AND s.deleted_at IS NULL
    AND (s.summary ->> 'message_id')::uuid IS NOT DISTINCT FROM p_before
    AND EXISTS (SELECT FROM chat_messages m WHERE m.id = (p_summary ->> 'message_id')::uuid AND m.tenant_id = p_tenant
      AND m.user_id = p_user AND m.session_id = p_session AND m.state IN ('complete', 'partial'));
  is_kept := FOUND;
  UPDATE usage_ledger u SET
    input_tokens = u.input_tokens + (p_usage ->> 'inputTokens')::integer,
    output_tokens = u.output_tokens + (p_usage ->> 'outputTokens')::integer,
    provider = coalesce(u.provider, p_usage ->> 'provider'), model = coalesce(u.model, p_usage ->> 'model')
  WHERE u.run_id = p_run AND u.tenant_id = p_tenant AND u.user_id = p_user AND p_usage IS NOT NULL;
END $$;
`;

export const SUMMARY_FUNCTIONS = [LIVE, KEEP];
