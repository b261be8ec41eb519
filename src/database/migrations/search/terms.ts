/**
 * What of a text can be found: words without case and accents, and pairs of characters for writing without spaces.
 * Characters are named by their code points, so that no locale of the server decides what a word is.
 */

const PUNCTUATION = [
  String.raw`\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u00d7\u00f7`,
  String.raw`\u0589\u058a\u05be\u05c0\u05c3\u05c6\u05f3\u05f4\u060c\u060d\u061b-\u061f\u066a-\u066d\u06d4`,
  String.raw`\u0964\u0965\u0970\u2000-\u206f\u2190-\u25ff\u27c0-\u2bff\u3000-\u3004\u3008-\u3020\u3030\u30fb`,
].join('');

/** Thai, Lao, Burmese, Khmer, kana, Han; currency signs and emoji, each of which is a word. */
const SPACELESS = [
  String.raw`\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u20a0-\u20cf\u2600-\u27bf\u3005-\u3007\u3031-\u30fa\u30fc-\u30ff`,
  String.raw`\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U0001f000-\U0001faff\U00020000-\U0003ffff`,
].join('');

/** Accents of Latin, Greek and Cyrillic letters, points of Hebrew and Arabic, and Arabic's hamza and stretching. */
const MARKS = String.raw`\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0640\u064b-\u0655\u0670`;

/** Lower case of every script wants a collation that knows them; that of the database may be C. */
const FOLD = `
DO $do$
DECLARE
  v_lower text := 'lower(%s)';
  v_collation text;
BEGIN
  IF getdatabaseencoding() <> 'UTF8' THEN
    CREATE FUNCTION chat_fold(p_text text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT lower(p_text)';
    RETURN;
  END IF;
  IF lower('Ä') <> 'ä' THEN
    SELECT quote_ident(c.collname) INTO v_collation FROM pg_collation c
    WHERE c.collname IN ('und-x-icu', 'pg_c_utf8', 'C.utf8', 'en_US.utf8') AND c.collencoding IN (-1, 6)
    ORDER BY array_position(ARRAY['und-x-icu', 'pg_c_utf8', 'C.utf8', 'en_US.utf8'], c.collname::text) LIMIT 1;
    v_lower := 'lower(%s' || coalesce(' COLLATE ' || v_collation, '') || ')';
  END IF;
  EXECUTE format($fold$
    CREATE FUNCTION chat_fold(p_text text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $body$
    BEGIN
      IF octet_length(p_text) = length(p_text) THEN
        RETURN lower(p_text);
      END IF;
      RETURN normalize(replace(replace(regexp_replace(%s, '[${MARKS}]', '', 'g'), 'ß', 'ss'), 'ς', 'σ'), NFC);
    END $body$
  $fold$, format(v_lower, 'normalize(p_text, NFKD)'));
END $do$;
`;

/** At most 5,000 terms of 40 characters, which stays below what a tsvector can hold. */
const TERMS = `
CREATE FUNCTION chat_terms(p_text text, p_asked boolean) RETURNS text[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  v_text text := chat_fold(left(p_text, 100000));
BEGIN
  IF v_text !~ '[${SPACELESS}]' THEN
    RETURN ARRAY(SELECT DISTINCT left(w.word, 40) FROM regexp_split_to_table(v_text, '[${PUNCTUATION}]+') w (word)
      WHERE w.word <> '' LIMIT 5000);
  END IF;
  RETURN ARRAY(
    SELECT DISTINCT t.term
    FROM regexp_split_to_table(regexp_replace(v_text, '([${SPACELESS}]+)', ' \\1 ', 'g'), '[${PUNCTUATION}]+') w (word)
    CROSS JOIN LATERAL (
      SELECT left(w.word, 40) AS term WHERE w.word !~ '^[${SPACELESS}]'
      UNION ALL
      SELECT c.pair FROM (
        SELECT h.char || lead(h.char, 1, '') OVER letters AS pair, h.place = 1 OR lead(h.char) OVER letters IS NOT NULL AS whole
        FROM string_to_array(w.word, NULL) a (chars) CROSS JOIN LATERAL unnest(a.chars) WITH ORDINALITY h (char, place)
        WHERE w.word ~ '^[${SPACELESS}]'
        WINDOW letters AS (ORDER BY h.place)
      ) c
      WHERE c.whole OR NOT p_asked
    ) t
    WHERE t.term <> '' LIMIT 5000);
END $$;
`;

/** Every term begins with a mark of its owner: in the index, nobody's words stand among another's. */
const OWNED = `
CREATE FUNCTION chat_owner_mark(p_tenant text, p_user text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT encode(substr(sha256(convert_to(jsonb_build_array(p_tenant, p_user)::text, 'UTF8')), 1, 6), 'base64')
$$;

CREATE FUNCTION chat_search_vector(p_tenant text, p_user text, p_text text) RETURNS tsvector
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
  v_mark text := chat_owner_mark(p_tenant, p_user);
BEGIN
  RETURN array_to_tsvector(ARRAY(SELECT v_mark || t FROM unnest(chat_terms(p_text, false)) t));
END $$;

CREATE FUNCTION chat_search_query(p_tenant text, p_user text, p_text text) RETURNS tsquery
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
  v_mark text := chat_owner_mark(p_tenant, p_user);
BEGIN
  RETURN (SELECT string_agg(quote_literal(v_mark || t) || ':*', ' & ') FROM unnest(chat_terms(p_text, true)) t)::tsquery;
END $$;
`;

export const TERM_FUNCTIONS = [FOLD, TERMS, OWNED];
