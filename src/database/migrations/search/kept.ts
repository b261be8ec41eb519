/**
 * The index of what can be found, kept by the database itself: an exchange enters it as its answer ends, in the same
 * transaction, so accepting a question costs nothing. No role reads the table; functions of its owner answer for the
 * scope that is set. A full-text operator is not leakproof: under row-level security its index would never be used.
 */
export const TABLE = `
CREATE TABLE chat_search (
  id uuid PRIMARY KEY,
  tenant_id text NOT NULL,
  user_id text NOT NULL,
  session_id text NOT NULL,
  terms tsvector NOT NULL
);
ALTER TABLE chat_search ENABLE ROW LEVEL SECURITY;
`;

export const FILL = `
SELECT set_config('app.scope', 'system', true);
INSERT INTO chat_search (id, tenant_id, user_id, session_id, terms)
SELECT m.id, m.tenant_id, m.user_id, m.session_id, chat_search_vector(m.tenant_id, m.user_id, m.content)
FROM chat_messages m WHERE m.state IN ('complete', 'partial', 'failed') AND m.content <> '';
INSERT INTO chat_search (id, tenant_id, user_id, session_id, terms)
SELECT chat_title_id(s.tenant_id, s.user_id, s.id), s.tenant_id, s.user_id, s.id,
  chat_search_vector(s.tenant_id, s.user_id, s.title)
FROM chat_sessions s WHERE s.title IS NOT NULL AND s.deleted_at IS NULL;
CREATE INDEX chat_search_terms ON chat_search USING gin (terms) WITH (gin_pending_list_limit = 1024);
`;

export const TITLE_ID = `
CREATE FUNCTION chat_title_id(p_tenant text, p_user text, p_session text) RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT encode(substr(sha256(convert_to(jsonb_build_array(p_tenant, p_user, p_session)::text, 'UTF8')), 1, 16), 'hex')::uuid
$$;
`;

const MESSAGES = `
CREATE FUNCTION chat_search_message() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.state NOT IN ('complete', 'partial', 'failed') THEN
    DELETE FROM chat_search c WHERE c.id = NEW.id;
  END IF;
  IF NEW.state IN ('pending', 'erased') THEN
    RETURN NULL;
  END IF;
  INSERT INTO chat_search (id, tenant_id, user_id, session_id, terms)
  SELECT m.id, m.tenant_id, m.user_id, m.session_id, chat_search_vector(m.tenant_id, m.user_id, m.content)
  FROM chat_messages m
  WHERE m.id IN (NEW.id, coalesce(NEW.in_reply_to, NEW.parent_id)) AND m.state IN ('complete', 'partial', 'failed')
    AND m.content <> ''
  ON CONFLICT (id) DO UPDATE SET terms = EXCLUDED.terms;
  RETURN NULL;
END $$;
CREATE TRIGGER chat_search_inserted AFTER INSERT ON chat_messages FOR EACH ROW
  WHEN (NEW.type <> 'user' AND NEW.state IN ('complete', 'partial', 'failed')) EXECUTE FUNCTION chat_search_message();
CREATE TRIGGER chat_search_changed AFTER UPDATE OF state ON chat_messages FOR EACH ROW
  WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION chat_search_message();

CREATE FUNCTION chat_search_gone() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM chat_search c USING gone g WHERE c.id = g.id;
  RETURN NULL;
END $$;
CREATE TRIGGER chat_search_gone AFTER DELETE ON chat_messages REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION chat_search_gone();
`;

/** A title that a send makes of the question is found by the question itself. */
const TITLES = `
CREATE FUNCTION chat_search_title() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_id uuid := chat_title_id(NEW.tenant_id, NEW.user_id, NEW.id);
BEGIN
  IF NEW.title IS NULL THEN
    DELETE FROM chat_search c WHERE c.id = v_id;
  ELSE
    INSERT INTO chat_search (id, tenant_id, user_id, session_id, terms)
    VALUES (v_id, NEW.tenant_id, NEW.user_id, NEW.id, chat_search_vector(NEW.tenant_id, NEW.user_id, NEW.title))
    ON CONFLICT (id) DO UPDATE SET terms = EXCLUDED.terms;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER chat_search_titled AFTER INSERT ON chat_sessions FOR EACH ROW
  WHEN (NEW.title IS NOT NULL) EXECUTE FUNCTION chat_search_title();
CREATE TRIGGER chat_search_retitled AFTER UPDATE OF title ON chat_sessions FOR EACH ROW
  WHEN (OLD.title IS NOT NULL AND OLD.title IS DISTINCT FROM NEW.title) EXECUTE FUNCTION chat_search_title();
CREATE FUNCTION chat_search_session_gone() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM chat_search c USING gone g WHERE c.id = chat_title_id(g.tenant_id, g.user_id, g.id);
  RETURN NULL;
END $$;
CREATE TRIGGER chat_search_session_gone AFTER DELETE ON chat_sessions REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION chat_search_session_gone();
`;

export const TRIGGERS = [MESSAGES, TITLES];
