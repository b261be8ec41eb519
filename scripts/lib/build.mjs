import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { ROOT, run, say, StepError } from './run.mjs';

const TESTS = /\.spec\.[cm]?[jt]sx?$/;

/** What is built, from which files, by which program, and a file that proves that it is there. */
export const PARTS = [
  {
    name: 'server',
    sources: ['src', 'nest-cli.json', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'],
    command: [join('node_modules', '@nestjs', 'cli', 'bin', 'nest.js'), 'build'],
    result: join('dist', 'server', 'main.js'),
  },
  {
    name: 'widget',
    sources: ['widget', 'src', 'package-lock.json'],
    command: [join('widget', 'build.mjs')],
    result: join('dist', 'widget'),
  },
  {
    name: 'package',
    sources: ['widget', 'src', 'package-lock.json'],
    command: [join('widget', 'package.mjs')],
    result: join('dist', 'package'),
  },
];

/** All that the service itself is made of. */
export const SERVED = ['server', 'widget'];

/**
 * Builds the parts whose sources differ from those of the last build.
 * In: `{ force }` builds in any case, `{ only }` names the parts. Throws a sentence when a build fails.
 */
export async function ensureBuilt({ force = false, only } = {}) {
  const parts = PARTS.filter(({ name }) => only?.includes(name) ?? true);
  if (!force && parts.every(isCurrent)) return;
  await withLock('build', async () => {
    for (const part of parts) {
      if (force || !isCurrent(part)) await build(part);
    }
  });
}

/** Makes the next start build again; for who writes into dist by other means. */
export function forgetBuilds() {
  for (const part of PARTS) rmSync(stampOf(part), { force: true });
}

async function build(part) {
  say(`Building the ${part.name} ...`);
  const hash = hashOf(part);
  rmSync(stampOf(part), { force: true });
  const { code } = await run(process.execPath, part.command);
  if (code !== 0 || !existsSync(join(ROOT, part.result))) {
    throw new StepError(`The ${part.name} could not be built; the messages above name file and line.`);
  }
  writeFileSync(stampOf(part), hash);
}

function stampOf(part) {
  return join(ROOT, 'dist', `${part.name}.hash`);
}

function isCurrent(part) {
  const stamp = stampOf(part);
  return (
    existsSync(join(ROOT, part.result)) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hashOf(part)
  );
}

function hashOf({ sources }) {
  const hash = createHash('sha256');
  for (const source of sources) addTo(hash, source);
  return hash.digest('hex');
}

function addTo(hash, path) {
  const full = join(ROOT, path);
  if (!existsSync(full)) return;
  let names;
  try {
    names = readdirSync(full).sort();
  } catch (error) {
    if (error.code !== 'ENOTDIR') throw error;
    if (!TESTS.test(path)) hash.update(`${path}\0`).update(readFileSync(full)).update('\0');
    return;
  }
  for (const name of names) addTo(hash, join(path, name));
}
