/** Hits of the user in whose scope the transaction is; of nobody in any other scope. The newest 100 a session. */
const HITS = `
CREATE FUNCTION chat_search_hits(p_text text) RETURNS TABLE (session_id text, ids uuid[])
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET enable_seqscan = off AS $$
DECLARE
  v_tenant text := current_setting('app.tenant_id', true);
  v_user text := current_setting('app.user_id', true);
  v_query tsquery := chat_search_query(v_tenant, v_user, p_text);
BEGIN
  IF current_setting('app.scope', true) IS DISTINCT FROM 'user' OR v_query IS NULL THEN
    RETURN;
  END IF;
  RETURN QUERY
  SELECT c.session_id, (array_agg(c.id ORDER BY c.id DESC))[1:100] FROM chat_search c
  WHERE c.terms @@ v_query AND c.tenant_id = v_tenant AND c.user_id = v_user
  GROUP BY c.session_id;
END $$;
`;

/**
 * The user's sessions with a hit on the branch that is shown or in the title, newest first, each with its newest hit.
 * Questions whose answer is still under way are not in the index yet and are looked at as they are.
 */
const SEARCH = `
CREATE FUNCTION conversations_search(
  p_tenant text, p_user text, p_text text, p_archived boolean, p_pinned boolean, p_at timestamptz, p_id text,
  p_limit integer
) RETURNS TABLE (session_id text, message_id uuid, message_position integer, content text)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_query tsquery := chat_search_query(p_tenant, p_user, p_text);
  v_found record;
  v_left integer := p_limit;
  v_id uuid;
BEGIN
  FOR v_found IN
    WITH hits AS (
      SELECT h.session_id, h.ids FROM chat_search_hits(p_text) h
      UNION ALL
      SELECT r.session_id, ARRAY[m.id] FROM chat_runs r
      CROSS JOIN LATERAL (SELECT o.id, o.content FROM chat_messages o WHERE o.id = r.question_id LIMIT 1) m
      WHERE r.tenant_id = p_tenant AND r.user_id = p_user AND r.state IN ('queued', 'running', 'awaiting_approval')
        AND chat_search_vector(p_tenant, p_user, m.content) @@ v_query
    ), found AS (
      SELECT h.session_id, array_agg(i.id ORDER BY i.id DESC) AS ids FROM hits h CROSS JOIN LATERAL unnest(h.ids) i (id) GROUP BY 1
    )
    SELECT s.id, f.ids, chat_title_id(p_tenant, p_user, s.id) = ANY (f.ids) AS by_title
    FROM found f JOIN chat_sessions s ON s.tenant_id = p_tenant AND s.user_id = p_user AND s.id = f.session_id
    WHERE s.deleted_at IS NULL AND (p_archived IS NULL OR s.is_archived = p_archived)
      AND (p_pinned IS NULL OR s.is_pinned = p_pinned)
      AND (p_at IS NULL OR (s.last_activity, s.id) < (p_at, p_id))
    ORDER BY s.last_activity DESC, s.id DESC
  LOOP
    EXIT WHEN v_left = 0;
    FOREACH v_id IN ARRAY v_found.ids LOOP
      SELECT m.id, m.position, left(m.content, 100000) INTO message_id, message_position, content
      FROM chat_messages m
      WHERE m.id = v_id AND m.tenant_id = p_tenant AND m.user_id = p_user AND m.is_current
        AND m.state IN ('complete', 'partial', 'failed');
      EXIT WHEN FOUND;
    END LOOP;
    IF message_id IS NOT NULL OR v_found.by_title THEN
      session_id := v_found.id;
      v_left := v_left - 1;
      RETURN NEXT;
    END IF;
  END LOOP;
END $$;
`;

export const SEARCH_FUNCTIONS = [HITS, SEARCH];
