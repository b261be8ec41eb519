import 'reflect-metadata';
import { existsSync } from 'node:fs';
import { announcement } from './boot/announce.js';
import { Lifecycle, within } from './boot/lifecycle.js';
import { listen } from './boot/listen.js';
import { prepareDatabase } from './boot/prepare-database.js';
import { StartError } from './boot/start.error.js';
import { ConfigError, readEnv } from './config/env.schema.js';
import { EmbeddedPostgresError } from './database/embedded/embedded-postgres.error.js';

/** Milliseconds beyond DRAIN_TIMEOUT in which everything else is closed. */
const CLOSE_LIMIT = 5_000;

const say = (line: string): boolean => process.stdout.write(`${line}\n`);

async function start(lifecycle: Lifecycle): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const given = readEnv();
  const env = await prepareDatabase(given, lifecycle, say);
  const { createApp } = await import('./app.factory.js');
  const app = await createApp(env);
  lifecycle.onStop(() =>
    within(env.DRAIN_TIMEOUT * 1000 + CLOSE_LIMIT, 'Finishing what was under way', app.close()),
  );
  const port = await listen(app, env);
  if (env.ENV !== 'production') announcement(given, port).forEach(say);
}

/** What a person can act on is shown alone; anything else with its stack. */
function explain(error: unknown): string {
  const known = [ConfigError, StartError, EmbeddedPostgresError].some((kind) => error instanceof kind);
  return error instanceof Error && !known ? (error.stack ?? error.message) : (error as Error).message;
}

async function main(): Promise<void> {
  const lifecycle = new Lifecycle();
  lifecycle.handleSignals();
  try {
    await start(lifecycle);
  } catch (error) {
    if (lifecycle.isStopping) return;
    process.stderr.write(`\nThe service cannot start. ${explain(error)}\n`);
    await lifecycle.stop().catch(() => undefined);
    process.exit(1);
  }
}

void main();
