/** Stops the PostgreSQL that the global set-up started, unless another test run uses it. */
export default async function tearDownPostgres() {
  await globalThis.stopTestPostgres?.();
}
