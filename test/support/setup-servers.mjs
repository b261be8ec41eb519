import { ensureBuilt } from '../../scripts/lib/build.mjs';
import { startTestPostgres } from '../../scripts/lib/test-postgres.mjs';
import { startTestRedis } from '../../scripts/lib/test-redis.mjs';

const SERVERS = [
  { variable: 'TEST_DATABASE_URL', start: () => startTestPostgres(() => undefined) },
  { variable: 'TEST_REDIS_URL', start: startTestRedis },
];

/** Jest's global set-up of every project that needs the built service, PostgreSQL and Redis; `npm test` has them already. */
export default async function setUpServers() {
  await ensureBuilt();
  globalThis.stopTestServers = [];
  for (const { variable, start } of SERVERS) {
    if (process.env[variable]) continue;
    const { env, stop } = await start();
    Object.assign(process.env, env);
    globalThis.stopTestServers.push(stop);
  }
}
