/**
 * Times go to buckets that grow by 21/19, so that counts of days can be added up and quantiles stay within 5 % of the
 * true ones. Source: Masson, Rim, Lee, "DDSketch: a fast and fully-mergeable quantile sketch with relative-error
 * guarantees", PVLDB 12 (2019), with alpha = 0.05 and gamma = (1 + alpha) / (1 - alpha). In: milliseconds.
 */
const BUCKETS = `
CREATE FUNCTION analytics_bucket(p_ms integer) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN p_ms IS NOT NULL THEN ceil(ln(greatest(p_ms, 1)::float8) / ln(21.0::float8 / 19))::integer END
$$;

CREATE FUNCTION analytics_value(p_bucket integer) RETURNS float8
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT 2 * power(21.0::float8 / 19, p_bucket) / (21.0::float8 / 19 + 1)
$$;
`;

/** The least id (UUIDv7, RFC 9562) of a moment: ids of messages find a period in their primary key. */
const ID_AT = `
CREATE FUNCTION analytics_id_at(p_at timestamptz) RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT (lpad(to_hex(greatest(0, floor(extract(epoch FROM p_at) * 1000))::bigint), 12, '0') || repeat('0', 20))::uuid
$$;
`;

/**
 * Counts what ended, failed or began from one moment to before another, as far as the scope that is set may see it.
 * Ids of messages are made by nodes' clocks, which may be off by some minutes; what counts is the database's time.
 */
const FIGURES = `
CREATE FUNCTION analytics_figures(p_from timestamptz, p_to timestamptz)
RETURNS TABLE (tenant_id text, day date, figure text, name text, count bigint, input_tokens bigint, output_tokens bigint)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_scope text := current_setting('app.scope', true);
  v_owned text := CASE v_scope WHEN 'user' THEN 'x.tenant_id = $3 AND x.user_id = $4'
    WHEN 'tenant' THEN 'x.tenant_id = $3' ELSE 'true' END;
  v_begun text := CASE v_scope WHEN 'user' THEN 'chat_sessions x WHERE true'
    ELSE 'chat_messages x WHERE x.id >= analytics_id_at($1 - interval ''10 minutes'')
      AND x.id < analytics_id_at($2 + interval ''10 minutes'') AND x.position = 1 AND x.type = ''user''' END;
BEGIN
  RETURN QUERY EXECUTE format($sql$
    WITH ended AS MATERIALIZED (
      SELECT x.tenant_id, (x.created_at AT TIME ZONE 'UTC')::date AS day, x.run_id, x.state, x.input_tokens, x.output_tokens,
        CASE x.state WHEN 'completed' THEN x.agent_name END AS agent,
        CASE WHEN x.input_tokens + x.output_tokens > 0 THEN concat(x.provider, '/', x.model) END AS model,
        CASE x.state WHEN 'completed' THEN analytics_bucket(x.first_token_ms) END AS first_token,
        CASE x.state WHEN 'completed' THEN analytics_bucket(x.duration_ms) END AS whole
      FROM usage_ledger x WHERE x.created_at >= $1 AND x.created_at < $2 AND %1$s)
    SELECT e.tenant_id, e.day, CASE 0 WHEN grouping(e.state) THEN 'state' WHEN grouping(e.agent) THEN 'agent'
        WHEN grouping(e.model) THEN 'model' WHEN grouping(e.first_token) THEN 'first_token' ELSE 'whole' END AS figure,
      coalesce(e.state, e.agent, e.model, e.first_token::text, e.whole::text) AS name, count(*),
      sum(e.input_tokens)::bigint, sum(e.output_tokens)::bigint
    FROM ended e
    GROUP BY GROUPING SETS ((e.tenant_id, e.day, e.state), (e.tenant_id, e.day, e.agent), (e.tenant_id, e.day, e.model),
      (e.tenant_id, e.day, e.first_token), (e.tenant_id, e.day, e.whole))
    HAVING coalesce(e.state, e.agent, e.model, e.first_token::text, e.whole::text) IS NOT NULL
    UNION ALL
    SELECT e.tenant_id, e.day, 'failure', coalesce(r.error ->> 'code', e.state), count(*), 0, 0
    FROM ended e LEFT JOIN LATERAL (SELECT x.error FROM chat_runs x WHERE x.id = e.run_id AND %1$s LIMIT 1) r ON true
    WHERE e.state IN ('failed', 'interrupted') GROUP BY 1, 2, 4
    UNION ALL
    SELECT x.tenant_id, (x.created_at AT TIME ZONE 'UTC')::date, 'conversation', '', count(*), 0, 0
    FROM %2$s AND x.created_at >= $1 AND x.created_at < $2 AND %1$s GROUP BY 1, 2
  $sql$, v_owned, v_begun)
  USING p_from, p_to, current_setting('app.tenant_id', true), current_setting('app.user_id', true);
END $$;
`;

/** Figures of whole days (UTC), the last one included: what is rolled up as it is, the rest counted now. */
const READ = `
CREATE FUNCTION analytics_read(p_from date, p_to date)
RETURNS TABLE (day date, figure text, name text, count bigint, input_tokens bigint, output_tokens bigint)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_scope text := current_setting('app.scope', true);
  v_from timestamptz := p_from::timestamp AT TIME ZONE 'UTC';
  v_until timestamptz;
BEGIN
  IF v_scope IN ('tenant', 'platform') THEN
    SELECT g.rolled_until INTO v_until FROM analytics_progress g;
    RETURN QUERY
    SELECT d.day, d.figure, d.name, d.count, d.input_tokens, d.output_tokens FROM analytics_days d
    WHERE d.tenant_id = CASE v_scope WHEN 'tenant' THEN current_setting('app.tenant_id', true) ELSE '' END
      AND d.day BETWEEN p_from AND p_to;
  END IF;
  IF v_until >= (p_to + 1)::timestamp AT TIME ZONE 'UTC' THEN
    RETURN;
  END IF;
  RETURN QUERY
  SELECT f.day, f.figure, f.name, f.count, f.input_tokens, f.output_tokens
  FROM analytics_figures(greatest(v_from, v_until), (p_to + 1)::timestamp AT TIME ZONE 'UTC') f;
END $$;
`;

/**
 * Adds the next day, or the part of it that has passed, to analytics_days. The newest ten minutes are left to the
 * reader: an answer that ends gets its time some moments before it is committed. Out: whether there is more to add.
 */
const ROLL = `
CREATE FUNCTION analytics_roll() RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  v_settled timestamptz := clock_timestamp() - interval '10 minutes';
  v_from timestamptz;
  v_to timestamptz;
BEGIN
  PERFORM chat_enter('system', NULL, NULL);
  SELECT g.rolled_until INTO v_from FROM analytics_progress g FOR NO KEY UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  IF v_from IS NULL THEN
    v_from := coalesce(
      least((SELECT min(u.created_at) FROM usage_ledger u), (SELECT min(s.created_at) FROM chat_sessions s)), v_settled);
  END IF;
  v_to := least(date_trunc('day', v_from, 'UTC') + interval '24 hours', v_settled);
  IF v_to > v_from THEN
    INSERT INTO analytics_days AS d (tenant_id, day, figure, name, count, input_tokens, output_tokens)
    SELECT coalesce(f.tenant_id, ''), f.day, f.figure, f.name, sum(f.count), sum(f.input_tokens), sum(f.output_tokens)
    FROM analytics_figures(v_from, v_to) f
    GROUP BY GROUPING SETS ((f.tenant_id, f.day, f.figure, f.name), (f.day, f.figure, f.name))
    ON CONFLICT (tenant_id, day, figure, name) DO UPDATE SET count = d.count + EXCLUDED.count,
      input_tokens = d.input_tokens + EXCLUDED.input_tokens, output_tokens = d.output_tokens + EXCLUDED.output_tokens;
    UPDATE analytics_progress SET rolled_until = v_to;
  END IF;
  RETURN v_to < v_settled AND v_to > v_from;
END $$;
`;

export const FIGURE_FUNCTIONS = [BUCKETS, ID_AT, FIGURES, READ, ROLL];
