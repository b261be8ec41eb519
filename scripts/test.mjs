/** `npm test [-- arguments for jest]`: sets up what the chosen tests need, runs them, and sums up in one line. */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from './lib/build.mjs';
import { ensureChromium } from './lib/chromium.mjs';
import { checkNode, ensureDependencies } from './lib/dependencies.mjs';
import { ROOT, run, say, script, StepError } from './lib/run.mjs';
import { startTestPostgres } from './lib/test-postgres.mjs';
import { startTestRedis } from './lib/test-redis.mjs';

const PROJECTS = ['unit', 'e2e', 'attacks', 'chaos', 'browser'];
const WITH_SERVERS = PROJECTS.filter((name) => name !== 'unit');

/** What must be there for which projects of jest.config.cjs. `start` gives `{ env?, stop? }`. */
const SETUPS = [
  { name: 'the build', projects: WITH_SERVERS, start: ensureBuilt },
  { name: 'PostgreSQL', projects: WITH_SERVERS, start: () => startTestPostgres(say) },
  { name: 'Redis', projects: WITH_SERVERS, start: startTestRedis },
  { name: 'Chromium', projects: ['browser'], start: startChromium },
];

await script(async () => {
  checkNode();
  await ensureDependencies();
  const args = process.argv.slice(2);
  const chosen = projectsIn(args);
  const stops = [];
  let interrupted = false;
  process.on('SIGINT', () => (interrupted = true));
  try {
    const env = {};
    const needed = SETUPS.filter(({ projects }) => projects.some((name) => chosen.includes(name)));
    for (const setup of needed) {
      if (interrupted) throw new StepError('Interrupted.');
      say(`Setting up ${setup.name} ...`);
      const { env: more = {}, stop } = (await setup.start()) ?? {};
      Object.assign(env, more);
      if (stop) stops.unshift(stop);
    }
    process.exitCode = await runJest(args, env);
  } finally {
    for (const stop of stops) await stop();
  }
});

/** Like jest, takes every word after --selectProjects as a project. */
function projectsIn(args) {
  const at = args.findIndex((arg) => arg === '--selectProjects' || arg.startsWith('--selectProjects='));
  if (at < 0) return PROJECTS;
  const inline = args[at].split('=')[1];
  const rest = args.slice(at + 1);
  const end = rest.findIndex((arg) => arg.startsWith('-'));
  const named = inline ? [inline] : rest.slice(0, end < 0 ? rest.length : end);
  const unknown = named.filter((name) => !PROJECTS.includes(name));
  if (unknown.length === 0 && named.length > 0) return named;
  throw new StepError(
    `--selectProjects takes ${PROJECTS.join(', ')}; not "${unknown.join(' ')}". Put paths before it: npm test -- test/e2e/a.spec.ts --selectProjects e2e`,
  );
}

async function startChromium() {
  const { path } = await ensureChromium();
  say(`  ${path}`);
}

async function runJest(args, env) {
  const file = join(ROOT, '.cache', `jest-${process.pid}.json`);
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  const workers = args.some((arg) => /^(-w|-i|--maxWorkers|--runInBand)/.test(arg)) ? [] : ['--maxWorkers=2'];
  const jest = join('node_modules', 'jest', 'bin', 'jest.js');
  const all = [jest, ...workers, '--json', `--outputFile=${file}`, ...args];
  const { code, signal } = await run(process.execPath, all, { env: { ...process.env, ...env } });
  const ended = sumUp(file, signal);
  return code || (ended ? 0 : 1);
}

/** Suites that could not even be loaded count as failed. Out: false where there is nothing to sum up. */
function sumUp(file, signal) {
  if (!existsSync(file)) {
    say(signal ? `\njest was ended by ${signal}.` : '\njest gave no results; its messages are above.');
    say('0 passed, 1 failed');
    return false;
  }
  const result = JSON.parse(readFileSync(file, 'utf8'));
  rmSync(file);
  const skipped = result.numPendingTests + result.numTodoTests;
  if (skipped > 0) say(`\n${skipped} tests were left out (skip, only or todo in their files, or -t).`);
  say(
    `\n${result.numPassedTests} passed, ${result.numFailedTests + result.numRuntimeErrorTestSuites} failed`,
  );
  return true;
}
