import { startTestPostgres } from '../../scripts/lib/test-postgres.mjs';

/** Jest's global set-up of every project that needs PostgreSQL; `npm test` has started one already. */
export default async function setUpPostgres() {
  if (process.env.TEST_DATABASE_URL) return;
  const { env, stop } = await startTestPostgres(() => undefined);
  Object.assign(process.env, env);
  globalThis.stopTestPostgres = stop;
}
