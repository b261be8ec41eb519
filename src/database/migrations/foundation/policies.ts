import { TABLE_NAMES } from './tables.js';

/**
 * Row-level security. `chat_app` cannot log in, owns nothing and bypasses nothing, so that the policies
 * bind even when the login is a superuser or the owner. Four scopes, named in `app.scope`:
 * user (own rows), tenant and platform (read), system (claimer, sweeper, log batcher, retention).
 */
const OWN_TENANT = `tenant_id = current_setting('app.tenant_id', true)`;
const OWN_ROW = `${OWN_TENANT} AND user_id = current_setting('app.user_id', true)`;
const scope = (name: string): string => `current_setting('app.scope', true) = '${name}'`;

const APPEND_ONLY = new Set<string>(['audit_log']);
const WITHOUT_USER = new Set<string>(['tenant_settings']);

function policiesOf(table: string): string {
  const write = APPEND_ONLY.has(table) ? 'INSERT' : 'INSERT, UPDATE, DELETE';
  const rules = [
    `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`,
    `ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`,
  ];
  if (WITHOUT_USER.has(table)) {
    rules.push(
      `CREATE POLICY user_scope ON ${table} FOR SELECT USING (${scope('user')} AND ${OWN_TENANT})`,
      `CREATE POLICY tenant_scope ON ${table} USING (${scope('tenant')} AND ${OWN_TENANT})`,
    );
  } else {
    rules.push(
      `CREATE POLICY user_scope ON ${table} USING (${scope('user')} AND ${OWN_ROW})`,
      `CREATE POLICY tenant_scope ON ${table} FOR SELECT USING (${scope('tenant')} AND ${OWN_TENANT})`,
    );
  }
  rules.push(
    `CREATE POLICY platform_scope ON ${table} FOR SELECT USING (${scope('platform')})`,
    `CREATE POLICY system_scope ON ${table} USING (${scope('system')})`,
    `GRANT SELECT, ${write} ON ${table} TO chat_app`,
  );
  return rules.map((rule) => `${rule};`).join('\n');
}

export const APP_ROLE = `
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'chat_app') THEN
    CREATE ROLE chat_app NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'chat_app' AND (rolsuper OR rolbypassrls OR rolcanlogin)) THEN
    RAISE EXCEPTION 'The database role chat_app exists and may log in or bypass row-level security; drop it or take that away.';
  END IF;
  IF NOT pg_has_role(current_user, 'chat_app', 'MEMBER') THEN
    EXECUTE format('GRANT chat_app TO %I', current_user);
  END IF;
EXCEPTION WHEN unique_violation THEN NULL;
END $$;
GRANT USAGE ON SCHEMA public TO chat_app;
`;

export const POLICIES = TABLE_NAMES.map(policiesOf).join('\n');
