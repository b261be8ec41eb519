import 'reflect-metadata';
import cluster from 'node:cluster';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { announcement } from './boot/announce.js';
import { explain } from './boot/explain.js';
import { Lifecycle } from './boot/lifecycle.js';
import { prepareDatabase } from './boot/prepare-database.js';
import { serve } from './boot/serve.js';
import { supervise } from './boot/supervisor/supervise.js';
import { work } from './boot/supervisor/work.js';
import { Supervision } from './common/ipc/supervision.js';
import { readEnv } from './config/env.schema.js';

const PROGRAM = fileURLToPath(import.meta.url);

const say = (line: string): boolean => process.stdout.write(`${line}\n`);

async function start(lifecycle: Lifecycle): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const given = readEnv();
  const env = await prepareDatabase(given, lifecycle, say);
  const giveUp = (reason: Error): void => void end(lifecycle, `The service cannot go on. ${reason.message}`);
  const port =
    env.WORKERS > 1
      ? await supervise(env, PROGRAM, lifecycle, say, giveUp)
      : await serve(env, Supervision.none, lifecycle);
  if (env.ENV !== 'production') announcement(given, port).forEach(say);
}

async function end(lifecycle: Lifecycle, sentence: string): Promise<void> {
  process.stderr.write(`\n${sentence}\n`);
  await lifecycle.stop().catch(() => undefined);
  process.exit(1);
}

async function main(): Promise<void> {
  const lifecycle = new Lifecycle();
  if (cluster.isWorker) return work(lifecycle);
  lifecycle.handleSignals();
  try {
    await start(lifecycle);
  } catch (error) {
    if (!lifecycle.isStopping) await end(lifecycle, `The service cannot start. ${explain(error)}`);
  }
}

void main();
