/** Messages that are not shown, by what they follow: no message that is just said ever enters this index. */
export const BRANCH_INDEX = `
CREATE INDEX chat_messages_branches ON chat_messages (tenant_id, user_id, session_id, parent_id) WHERE NOT is_current;
`;

/** The branch through a message is shown to its end. In: a message that is not shown; the session is locked. */
const SHOW = `
CREATE FUNCTION conversations_show(p_tenant text, p_user text, p_session text, p_message uuid) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  v_head uuid := p_message;
  v_next uuid;
BEGIN
  LOOP
    SELECT m.id INTO v_next FROM chat_messages m
    WHERE m.tenant_id = p_tenant AND m.user_id = p_user AND m.session_id = p_session AND m.parent_id = v_head
      AND NOT m.is_current AND m.state <> 'erased'
    ORDER BY m.state = 'dropped', m.position DESC LIMIT 1;
    EXIT WHEN NOT FOUND;
    v_head := v_next;
  END LOOP;
  PERFORM conversations_switch(p_tenant, p_user, p_session, v_head);
  UPDATE chat_sessions s SET head_message_id = v_head
  WHERE s.tenant_id = p_tenant AND s.user_id = p_user AND s.id = p_session;
END $$;
`;

/** Used within a transaction that has entered the scope `user`. */
const CHOOSE = `
CREATE FUNCTION conversations_choose(p_tenant text, p_user text, p_session text, p_message uuid, OUT outcome text)
LANGUAGE plpgsql AS $$
DECLARE
  v_shown boolean;
BEGIN
  outcome := 'missing';
  PERFORM FROM chat_sessions s WHERE s.tenant_id = p_tenant AND s.user_id = p_user AND s.id = p_session
    AND s.deleted_at IS NULL FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  SELECT m.is_current INTO v_shown FROM chat_messages m
  WHERE m.id = p_message AND m.tenant_id = p_tenant AND m.user_id = p_user AND m.session_id = p_session
    AND m.state IN ('complete', 'partial', 'failed');
  IF NOT FOUND THEN
    RETURN;
  END IF;
  outcome := 'chosen';
  IF v_shown THEN
    RETURN;
  END IF;
  IF EXISTS (SELECT FROM chat_runs r WHERE r.tenant_id = p_tenant AND r.user_id = p_user AND r.session_id = p_session
      AND r.state IN ('queued', 'running', 'awaiting_approval')) THEN
    outcome := 'busy';
    RETURN;
  END IF;
  PERFORM conversations_show(p_tenant, p_user, p_session, p_message);
END $$;
`;

/**
 * A new answer that was stopped before it said anything gives way to the one that it was to replace. The session is
 * skipped where somebody holds it: whoever cancels holds the run already, and locks go from sessions to runs.
 */
const DROPPED = `
CREATE FUNCTION conversations_dropped() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
  v_before uuid;
BEGIN
  SELECT m.id INTO v_before FROM chat_messages m
  WHERE m.tenant_id = NEW.tenant_id AND m.user_id = NEW.user_id AND m.session_id = NEW.session_id
    AND m.parent_id = NEW.parent_id AND NOT m.is_current AND m.type <> 'user'
    AND m.state IN ('complete', 'partial', 'failed')
  ORDER BY m.position DESC LIMIT 1;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  PERFORM FROM chat_sessions s WHERE s.tenant_id = NEW.tenant_id AND s.user_id = NEW.user_id AND s.id = NEW.session_id
    AND s.head_message_id = NEW.id FOR NO KEY UPDATE SKIP LOCKED;
  IF FOUND THEN
    PERFORM conversations_show(NEW.tenant_id, NEW.user_id, NEW.session_id, v_before);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER conversations_dropped AFTER UPDATE OF state ON chat_messages FOR EACH ROW
  WHEN (OLD.state = 'pending' AND NEW.state = 'dropped' AND NEW.is_current) EXECUTE FUNCTION conversations_dropped();
`;

export const CHOICE = [SHOW, CHOOSE, DROPPED];
