/** Ids of sessions, users and tenants are text chosen outside; all others are UUIDv7 made in the service. */
export const TABLES = `
CREATE TABLE chat_sessions (
  tenant_id text NOT NULL,
  user_id text NOT NULL,
  id text NOT NULL,
  role text NOT NULL,
  title text,
  context jsonb NOT NULL DEFAULT '{}',
  summary jsonb,
  head_message_id uuid,
  next_position integer NOT NULL DEFAULT 1,
  message_count integer NOT NULL DEFAULT 0,
  is_pinned boolean NOT NULL DEFAULT false,
  is_archived boolean NOT NULL DEFAULT false,
  last_read_position integer NOT NULL DEFAULT 0,
  is_active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  last_activity timestamptz NOT NULL DEFAULT clock_timestamp(),
  deleted_at timestamptz,
  PRIMARY KEY (tenant_id, user_id, id)
);
CREATE INDEX chat_sessions_newest ON chat_sessions (tenant_id, user_id, last_activity DESC, id) WHERE deleted_at IS NULL;

CREATE TABLE chat_messages (
  id uuid PRIMARY KEY,
  tenant_id text NOT NULL,
  user_id text NOT NULL,
  session_id text NOT NULL,
  position integer NOT NULL,
  parent_id uuid,
  in_reply_to uuid,
  type text NOT NULL CHECK (type IN ('user', 'assistant', 'system', 'agent', 'error')),
  state text NOT NULL CHECK (state IN ('pending', 'complete', 'partial', 'failed', 'dropped', 'erased')),
  is_current boolean NOT NULL DEFAULT true,
  content text NOT NULL DEFAULT '',
  parts jsonb NOT NULL DEFAULT '[]',
  agent_name text,
  confidence real,
  suggested_actions jsonb NOT NULL DEFAULT '[]',
  metadata jsonb NOT NULL DEFAULT '{}',
  client_message_id text,
  client_hash text,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  FOREIGN KEY (tenant_id, user_id, session_id) REFERENCES chat_sessions (tenant_id, user_id, id)
);
CREATE UNIQUE INDEX chat_messages_position ON chat_messages (tenant_id, user_id, session_id, position);
CREATE UNIQUE INDEX chat_messages_client_id ON chat_messages (tenant_id, user_id, client_message_id) WHERE client_message_id IS NOT NULL;

CREATE TABLE chat_runs (
  id uuid PRIMARY KEY,
  tenant_id text NOT NULL,
  user_id text NOT NULL,
  session_id text NOT NULL,
  question_id uuid NOT NULL,
  answer_id uuid NOT NULL,
  position integer NOT NULL,
  state text NOT NULL DEFAULT 'queued'
    CHECK (state IN ('queued', 'running', 'awaiting_approval', 'completed', 'failed', 'cancelled', 'interrupted')),
  principal jsonb NOT NULL,
  request jsonb NOT NULL DEFAULT '{}',
  lease_owner text,
  lease_epoch integer NOT NULL DEFAULT 0,
  lease_until timestamptz,
  attempts integer NOT NULL DEFAULT 0,
  backend_ref jsonb,
  error jsonb,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  started_at timestamptz,
  ended_at timestamptz
);
CREATE UNIQUE INDEX chat_runs_one_active ON chat_runs (tenant_id, user_id, session_id) WHERE state IN ('running', 'awaiting_approval');
CREATE INDEX chat_runs_open ON chat_runs (tenant_id, user_id, session_id, position) WHERE state IN ('queued', 'running', 'awaiting_approval');
CREATE INDEX chat_runs_session ON chat_runs (tenant_id, user_id, session_id);
CREATE INDEX chat_runs_ended ON chat_runs (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE chat_run_events (
  run_id uuid NOT NULL,
  epoch integer NOT NULL,
  seq integer NOT NULL,
  tenant_id text NOT NULL,
  user_id text NOT NULL,
  event jsonb NOT NULL,
  PRIMARY KEY (run_id, epoch, seq)
);

CREATE TABLE chat_run_steps (
  run_id uuid NOT NULL REFERENCES chat_runs ON DELETE CASCADE,
  step text NOT NULL,
  tenant_id text NOT NULL,
  user_id text NOT NULL,
  state text NOT NULL CHECK (state IN ('proposed', 'approved', 'refused', 'expired', 'started', 'done', 'failed')),
  tool text NOT NULL,
  arguments jsonb NOT NULL DEFAULT '{}',
  result jsonb,
  expires_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  ended_at timestamptz,
  PRIMARY KEY (run_id, step)
);

CREATE TABLE datasets (
  id uuid PRIMARY KEY,
  tenant_id text NOT NULL,
  user_id text NOT NULL,
  session_id text,
  run_id uuid,
  source text NOT NULL,
  columns jsonb NOT NULL,
  rows jsonb NOT NULL,
  total integer NOT NULL,
  as_of timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX datasets_session ON datasets (tenant_id, user_id, session_id);

CREATE TABLE files (
  id uuid PRIMARY KEY,
  tenant_id text NOT NULL,
  user_id text NOT NULL,
  session_id text,
  filename text NOT NULL,
  content_type text NOT NULL,
  size bigint NOT NULL,
  sha256 text NOT NULL,
  storage_key text NOT NULL UNIQUE,
  status text NOT NULL,
  summary text,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  deleted_at timestamptz
);
CREATE INDEX files_session ON files (tenant_id, user_id, session_id);

CREATE TABLE feedback (
  tenant_id text NOT NULL,
  user_id text NOT NULL,
  message_id uuid NOT NULL REFERENCES chat_messages ON DELETE CASCADE,
  session_id text NOT NULL,
  rating text NOT NULL CHECK (rating IN ('up', 'down')),
  comment text,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, user_id, message_id)
);

CREATE TABLE facts (
  id uuid PRIMARY KEY,
  tenant_id text NOT NULL,
  user_id text NOT NULL,
  kind text NOT NULL,
  content text NOT NULL,
  source_message_id uuid,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX facts_owner ON facts (tenant_id, user_id, created_at);

CREATE TABLE usage_ledger (
  run_id uuid PRIMARY KEY,
  tenant_id text NOT NULL,
  user_id text NOT NULL,
  session_id text NOT NULL,
  state text NOT NULL,
  agent_name text,
  engine text,
  provider text,
  model text,
  input_tokens integer NOT NULL DEFAULT 0,
  output_tokens integer NOT NULL DEFAULT 0,
  cost_micros bigint NOT NULL DEFAULT 0,
  first_token_ms integer,
  duration_ms integer,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX usage_ledger_user ON usage_ledger (tenant_id, user_id, created_at);
CREATE INDEX usage_ledger_tenant ON usage_ledger (tenant_id, created_at);

CREATE TABLE tickets (
  hash text PRIMARY KEY,
  tenant_id text NOT NULL,
  user_id text NOT NULL,
  session_id text NOT NULL,
  origin text,
  principal jsonb NOT NULL,
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);
CREATE INDEX tickets_expiry ON tickets (expires_at);

CREATE TABLE audit_log (
  id uuid PRIMARY KEY,
  tenant_id text NOT NULL,
  user_id text NOT NULL,
  action text NOT NULL,
  outcome text NOT NULL,
  subject text,
  details jsonb NOT NULL DEFAULT '{}',
  request_id text,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX audit_log_tenant ON audit_log (tenant_id, created_at);

CREATE TABLE tenant_settings (
  tenant_id text PRIMARY KEY,
  retention_days integer,
  memory_enabled boolean NOT NULL DEFAULT true,
  admin_read boolean NOT NULL DEFAULT false,
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE user_settings (
  tenant_id text NOT NULL,
  user_id text NOT NULL,
  memory_enabled boolean NOT NULL DEFAULT true,
  preferences jsonb NOT NULL DEFAULT '{}',
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, user_id)
);
`;

export const TABLE_NAMES = [
  'chat_sessions',
  'chat_messages',
  'chat_runs',
  'chat_run_events',
  'chat_run_steps',
  'datasets',
  'files',
  'feedback',
  'facts',
  'usage_ledger',
  'tickets',
  'audit_log',
  'tenant_settings',
  'user_settings',
] as const;
