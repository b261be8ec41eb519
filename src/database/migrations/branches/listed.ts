/** What is new to its user in a session: answers after the read mark, 100 at most. */
const UNREAD = `
CREATE FUNCTION conversations_unread(p_session chat_sessions) RETURNS integer
LANGUAGE sql STABLE AS $$
  SELECT count(*)::integer FROM (
    SELECT FROM chat_messages m
    WHERE m.tenant_id = (p_session).tenant_id AND m.user_id = (p_session).user_id AND m.session_id = (p_session).id
      AND m.position > (p_session).last_read_position AND m.is_current AND m.type <> 'user'
      AND m.state IN ('complete', 'partial', 'failed') LIMIT 100) unread
$$;
`;

/** One session as the list shows it; one round trip that sets its own scope. */
const LISTED = `
CREATE FUNCTION conversations_listed(p_tenant text, p_user text, p_session text)
RETURNS TABLE (id text, title text, last_activity timestamptz, message_count integer, unread integer, is_pinned boolean,
  is_archived boolean, head_message_id uuid)
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM chat_enter('user', p_tenant, p_user);
  RETURN QUERY
  SELECT s.id, s.title, s.last_activity, s.message_count, conversations_unread(s), s.is_pinned, s.is_archived,
    s.head_message_id
  FROM chat_sessions s
  WHERE s.tenant_id = p_tenant AND s.user_id = p_user AND s.id = p_session AND s.deleted_at IS NULL;
END $$;
`;

/** An archived session comes back as soon as something is said in it. */
const UNARCHIVE = `
CREATE FUNCTION conversations_unarchive() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  NEW.is_archived := false;
  RETURN NEW;
END $$;
CREATE TRIGGER conversations_unarchive BEFORE UPDATE OF next_position ON chat_sessions FOR EACH ROW
  WHEN (OLD.is_archived AND NEW.next_position > OLD.next_position) EXECUTE FUNCTION conversations_unarchive();
`;

export const LIST_FUNCTIONS = [UNREAD, LISTED, UNARCHIVE];
