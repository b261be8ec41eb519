/**
 * Counts by day (UTC). Those of the platform have the tenant '', which is no tenant's id. `name` is what a figure
 * counts: a state, an agent, `provider/model`, a code of failure, or a bucket of time. Counts only: no ids, no texts.
 */
const DAYS = `
CREATE TABLE analytics_days (
  tenant_id text NOT NULL,
  day date NOT NULL,
  figure text NOT NULL
    CHECK (figure IN ('conversation', 'state', 'agent', 'model', 'failure', 'first_token', 'whole')),
  name text NOT NULL,
  count bigint NOT NULL,
  input_tokens bigint NOT NULL,
  output_tokens bigint NOT NULL,
  PRIMARY KEY (tenant_id, day, figure, name)
);
ALTER TABLE analytics_days ENABLE ROW LEVEL SECURITY;
ALTER TABLE analytics_days FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_scope ON analytics_days FOR SELECT USING (
  current_setting('app.scope', true) = 'tenant' AND tenant_id = current_setting('app.tenant_id', true));
CREATE POLICY platform_scope ON analytics_days FOR SELECT USING (current_setting('app.scope', true) = 'platform');
CREATE POLICY system_scope ON analytics_days USING (current_setting('app.scope', true) = 'system');
GRANT SELECT, INSERT, UPDATE, DELETE ON analytics_days TO chat_app;
`;

/** One row: until when everything is in analytics_days. Null: nothing is. */
const PROGRESS = `
CREATE TABLE analytics_progress (rolled_until timestamptz);
INSERT INTO analytics_progress VALUES (NULL);
ALTER TABLE analytics_progress ENABLE ROW LEVEL SECURITY;
ALTER TABLE analytics_progress FORCE ROW LEVEL SECURITY;
CREATE POLICY every_scope ON analytics_progress FOR SELECT USING (true);
CREATE POLICY system_scope ON analytics_progress USING (current_setting('app.scope', true) = 'system');
GRANT SELECT, UPDATE ON analytics_progress TO chat_app;
`;

/**
 * The ledger grows at its end alone, so a BRIN index finds a period in it and costs an answer's end next to nothing.
 */
const INDEXES = `
CREATE INDEX usage_ledger_time ON usage_ledger USING brin (created_at) WITH (pages_per_range = 16, autosummarize = on);
CREATE INDEX feedback_tenant ON feedback (tenant_id, created_at);
CREATE INDEX feedback_time ON feedback (created_at);
`;

export const ANALYTICS_TABLES = [DAYS, PROGRESS, INDEXES];
