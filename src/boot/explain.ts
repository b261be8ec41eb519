import { ConfigError } from '../config/env.schema.js';
import { EmbeddedPostgresError } from '../database/embedded/embedded-postgres.error.js';
import { StartError } from './start.error.js';

/** What a person can act on is shown alone; anything else with its stack. */
export function explain(error: unknown): string {
  const known = [ConfigError, StartError, EmbeddedPostgresError].some((kind) => error instanceof kind);
  return error instanceof Error && !known ? (error.stack ?? error.message) : (error as Error).message;
}
