/** `npm run soak [-- --seed N --minutes M --scale S]`: breaks three nodes and their neighbours, and checks every promise. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt } from './lib/build.mjs';
import { checkNode, ensureDependencies } from './lib/dependencies.mjs';
import { run, say, script, StepError } from './lib/run.mjs';
import { startTestPostgres } from './lib/test-postgres.mjs';
import { startTestRedis } from './lib/test-redis.mjs';

const HELP = `npm run soak -- [options]
  --seed N      what is drawn by chance; the same number draws the same (1)
  --minutes M   goes on with faults drawn by chance until so many minutes are over (0: the fixed part alone)
  --scale S     makes the fixed part smaller or larger; 1 has 100 kills and 1,000 clients that reconnect (1)`;

await script(async () => {
  const options = readOptions();
  if (options.help) return say(HELP);
  checkNode();
  await ensureDependencies();
  await ensureBuilt();
  const env = {
    CHAOS_SEED: String(options.seed),
    SOAK_MINUTES: String(options.minutes),
    SOAK_SCALE: String(options.scale),
  };
  const servers = [await startTestPostgres(say), await startTestRedis()];
  try {
    for (const server of servers) Object.assign(env, server.env);
    const jest = [join('node_modules', 'jest', 'bin', 'jest.js'), '--config', 'jest.soak.config.cjs', '-i'];
    const { code } = await run(process.execPath, jest, { env: { ...process.env, ...env } });
    process.exitCode = code;
  } finally {
    for (const { stop } of servers) await stop?.();
  }
});

function readOptions() {
  const text = { type: 'string' };
  const options = { seed: text, minutes: text, scale: text, help: { type: 'boolean' } };
  try {
    const { values } = parseArgs({ options });
    return {
      help: values.help === true,
      seed: number('seed', values.seed ?? '1', 0),
      minutes: number('minutes', values.minutes ?? '0', 0),
      scale: number('scale', values.scale ?? '1', 0.01),
    };
  } catch (error) {
    throw error instanceof StepError ? error : new StepError(`${error.message}\n\n${HELP}`);
  }
}

function number(name, text, least) {
  const value = Number(text);
  if (text.trim() !== '' && value >= least) return value;
  throw new StepError(`--${name} must be a number of at least ${least}, not "${text}".`);
}
