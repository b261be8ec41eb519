/** Stops what the global set-up started; a PostgreSQL that another test run uses goes on. */
export default async function tearDownServers() {
  for (const stop of globalThis.stopTestServers ?? []) await stop();
}
