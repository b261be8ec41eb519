import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run, StepError } from './run.mjs';

/** Out: the path of a program of PATH, or undefined. */
export function onPath(name) {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}

/** True where packages can be had: installed as root, or unpacked by anybody. */
export function hasPackageManager() {
  return process.platform === 'linux' && onPath('apt-get') !== undefined;
}

/** Installs packages by the package manager; needs root. In: their names, and what to advise when it fails. */
export async function installPackages(names, advice) {
  await apt(['update'], advice);
  await apt(['install', '-y', '--no-install-recommends', ...names], advice);
}

/**
 * Downloads packages with what they need and unpacks them, without root.
 * In: their names, the folder to fill (emptied first), and what to advise when it fails.
 * Out: `{ root, libraries }`: where they lie, and LD_LIBRARY_PATH for their programs.
 */
export async function unpackPackages(names, folder, advice) {
  rmSync(folder, { recursive: true, force: true });
  const [state, cache, root] = ['state', 'cache', 'root'].map((name) => join(folder, name));
  for (const path of [join(state, 'lists', 'partial'), join(cache, 'archives', 'partial'), root]) {
    mkdirSync(path, { recursive: true });
  }
  const own = [
    ...['-o', `Dir::State=${state}`, '-o', 'Dir::State::status=/var/lib/dpkg/status'],
    ...['-o', `Dir::Cache=${cache}`, '-o', 'Debug::NoLocking=1', '-o', 'Dir::Log=/dev/null'],
  ];
  await apt([...own, 'update'], advice);
  await apt([...own, 'install', '-y', '--download-only', '--no-install-recommends', ...names], advice);
  const archives = join(cache, 'archives');
  for (const name of readdirSync(archives).filter((file) => file.endsWith('.deb'))) {
    const { code, output } = await run('dpkg-deb', ['-x', join(archives, name), root], { quiet: true });
    if (code !== 0) throw new StepError(`${name} could not be unpacked: ${output.trim()}\n${advice}`);
  }
  for (const path of [state, cache]) rmSync(path, { recursive: true, force: true });
  return { root, libraries: libraryFolders(root).join(delimiter) };
}

async function apt(args, advice) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
  const { code, output } = await run('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=300', ...args], {
    quiet: true,
    env,
  });
  if (code === 0) return;
  const reason = output.trim().split('\n').slice(-6).join('\n');
  throw new StepError(`The package manager could not provide what the tests need:\n${reason}\n${advice}`);
}

/** Every folder below lib and usr/lib that holds a shared library. */
function libraryFolders(root) {
  const found = [];
  const visit = (folder) => {
    const names = existsSync(folder) && statSync(folder).isDirectory() ? readdirSync(folder) : [];
    if (names.some((name) => /\.so(\.|$)/.test(name))) found.push(folder);
    for (const name of names) if (!name.includes('.so')) visit(join(folder, name));
  };
  for (const folder of ['lib', 'usr/lib']) visit(join(root, folder));
  return found;
}
