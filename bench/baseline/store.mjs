import pg from 'pg';

const TABLE = `CREATE TABLE IF NOT EXISTS baseline_messages (
  id uuid PRIMARY KEY, session text NOT NULL, type text NOT NULL, content text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now())`;
const INDEX =
  'CREATE INDEX IF NOT EXISTS baseline_messages_session ON baseline_messages (session, created_at)';
const INSERT = {
  name: 'insert',
  text: 'INSERT INTO baseline_messages (id, session, type, content) VALUES ($1, $2, $3, $4)',
};

/** Out: a function that commits one row, by plain `pg` with as many connections as the service has. */
export async function openStore() {
  const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 16, idleTimeoutMillis: 0 });
  await pool.query(TABLE);
  await pool.query(INDEX);
  return ({ id, session, type, content }) => pool.query({ ...INSERT, values: [id, session, type, content] });
}
