import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withLock } from './lock.mjs';
import { ROOT, run, say, StepError } from './run.mjs';
import { hasPackageManager, installPackages, onPath, unpackPackages } from './system-packages.mjs';

const FOLDER = join(ROOT, '.cache', 'redis');
/** `{ path, env }`. */
const LAUNCH_FILE = join(FOLDER, 'launch.json');
const PACKAGES = ['redis-server'];
const ADVICE =
  'Install Redis 6 or later (the program redis-server), or set TEST_REDIS_URL to one whose data may be lost, then try again.';
const START_LIMIT_MS = 20_000;

/**
 * A Redis for tests: that of TEST_REDIS_URL, or one that lives as long as this run and keeps nothing.
 * Out: `{ env, stop }`, the variables that tests read.
 */
export async function startTestRedis() {
  if (process.env.TEST_REDIS_URL) return { env: {}, stop: async () => undefined };
  const port = await freePort();
  const server = await spawnRedis(port);
  let output = '';
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (chunk) => (output += chunk));
  const gone = new Promise((done) => server.once('close', done));
  for (const deadline = Date.now() + START_LIMIT_MS; !/Ready to accept connections/.test(output);) {
    if (server.exitCode !== null || Date.now() > deadline) {
      server.kill('SIGKILL');
      throw new StepError(`Redis did not start for the tests. It says:\n${output.trim()}\n${ADVICE}`);
    }
    await sleep(20);
  }
  const stop = async () => {
    server.kill('SIGKILL');
    await gone;
  };
  return { env: { TEST_REDIS_URL: `redis://127.0.0.1:${port}` }, stop };
}

/** Spawns a server of this machine alone that writes nothing to the disk, and does not wait for it. Out: the child. */
export async function spawnRedis(port) {
  const { path, env } = await ensureRedis();
  const flags = { port, bind: '127.0.0.1', save: '', appendonly: 'no', daemonize: 'no' };
  const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]);
  return spawn(path, args, {
    cwd: '/',
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/**
 * Finds a Redis server that runs, or gets Debian's: as root by the package manager, otherwise the same package
 * unpacked into .cache/redis. Out: `{ path, env }`, what to run and with which variables.
 */
async function ensureRedis() {
  const found = await find();
  if (found) return found;
  return withLock('get Redis', async () => {
    const meanwhile = await find();
    if (meanwhile) return meanwhile;
    if (!hasPackageManager()) throw new StepError(`The tests need Redis, and none was found. ${ADVICE}`);
    if (process.getuid() === 0) await install();
    else await unpack();
    const installed = await find();
    if (installed) return installed;
    throw new StepError(`Redis was installed, but it does not run here. ${ADVICE}`);
  });
}

async function find() {
  const installed = onPath('redis-server');
  const candidates = [
    ...(installed ? [{ path: installed, env: {} }] : []),
    ...(existsSync(LAUNCH_FILE) ? [JSON.parse(readFileSync(LAUNCH_FILE, 'utf8'))] : []),
  ];
  for (const { path, env } of candidates) {
    const { code } = await run(path, ['--version'], { quiet: true, env: { ...process.env, ...env } });
    if (code === 0) return { path, env };
  }
  return undefined;
}

async function install() {
  say('Installing Redis for the tests (apt-get install redis-server) ...');
  await installPackages(PACKAGES, ADVICE);
}

async function unpack() {
  say('Unpacking Redis for the tests into .cache/redis ...');
  const { root, libraries } = await unpackPackages(PACKAGES, FOLDER, ADVICE);
  const path = join(root, 'usr', 'bin', 'redis-server');
  writeFileSync(LAUNCH_FILE, JSON.stringify({ path, env: { LD_LIBRARY_PATH: libraries } }));
}

async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}
