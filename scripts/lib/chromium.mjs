import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { withLock } from './lock.mjs';
import { ROOT, run, say, StepError } from './run.mjs';

const FOLDER = join(ROOT, '.cache', 'chromium');
/** Read by test/support/chromium.ts: `{ path, env }`. */
const LAUNCH_FILE = join(FOLDER, 'launch.json');
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const MAC = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
const PACKAGES = ['chromium', 'fonts-liberation'];
const ADVICE =
  'Install Chromium or Google Chrome yourself, or set CHROMIUM_PATH to its program, then try again.';

/**
 * Finds a Chromium that runs, or gets Debian's: as root by the package manager, otherwise the same packages
 * unpacked into .cache/chromium. Out: `{ path, env }`, what to run and with which variables.
 */
export async function ensureChromium() {
  const found = await find();
  if (found) return found;
  return withLock('install Chromium', async () => {
    const meanwhile = await find();
    if (meanwhile) return meanwhile;
    if (process.platform !== 'linux' || !onPath('apt-get')) {
      throw new StepError(`The browser tests need Chromium, and none was found. ${ADVICE}`);
    }
    if (process.getuid() === 0) await installAsRoot();
    else await unpack();
    const installed = await find();
    if (installed) return installed;
    throw new StepError(`Chromium was installed, but it does not run here. ${ADVICE}`);
  });
}

async function find() {
  const chosen = process.env.CHROMIUM_PATH;
  if (chosen) {
    if (await works({ path: chosen, env: {} })) return { path: chosen, env: {} };
    throw new StepError(
      `CHROMIUM_PATH is ${chosen}, and that is no browser that runs. Correct it or unset it.`,
    );
  }
  const unpacked = existsSync(LAUNCH_FILE) ? [JSON.parse(readFileSync(LAUNCH_FILE, 'utf8'))] : [];
  const installed = [...NAMES.map(onPath), MAC].filter((path) => path && existsSync(path));
  for (const candidate of [...installed.map((path) => ({ path, env: {} })), ...unpacked]) {
    if (await works(candidate)) return candidate;
  }
  return undefined;
}

function onPath(name) {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}

async function works({ path, env }) {
  const { code, output } = await run(path, ['--version'], { quiet: true, env: { ...process.env, ...env } });
  return code === 0 && /chrom/i.test(output);
}

async function apt(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
  const { code, output } = await run('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=300', ...args], {
    quiet: true,
    env,
  });
  if (code !== 0) {
    const reason = output.trim().split('\n').slice(-6).join('\n');
    throw new StepError(`The package manager could not provide Chromium:\n${reason}\n${ADVICE}`);
  }
}

async function installAsRoot() {
  say('Installing Chromium for the browser tests (apt-get install chromium) ...');
  await apt(['update']);
  await apt(['install', '-y', '--no-install-recommends', ...PACKAGES]);
}

async function unpack() {
  say(
    'Unpacking Chromium for the browser tests into .cache/chromium; this takes a minute or two the first time ...',
  );
  rmSync(FOLDER, { recursive: true, force: true });
  const [state, cache, root] = ['state', 'cache', 'root'].map((name) => join(FOLDER, name));
  for (const folder of [join(state, 'lists', 'partial'), join(cache, 'archives', 'partial'), root]) {
    mkdirSync(folder, { recursive: true });
  }
  const own = [
    ...['-o', `Dir::State=${state}`, '-o', 'Dir::State::status=/var/lib/dpkg/status'],
    ...['-o', `Dir::Cache=${cache}`, '-o', 'Debug::NoLocking=1', '-o', 'Dir::Log=/dev/null'],
  ];
  await apt([...own, 'update']);
  await apt([...own, 'install', '-y', '--download-only', '--no-install-recommends', ...PACKAGES]);
  const archives = join(cache, 'archives');
  for (const name of readdirSync(archives).filter((file) => file.endsWith('.deb'))) {
    const { code, output } = await run('dpkg-deb', ['-x', join(archives, name), root], { quiet: true });
    if (code !== 0) throw new StepError(`${name} could not be unpacked: ${output.trim()}\n${ADVICE}`);
  }
  writeFileSync(join(FOLDER, 'fonts.conf'), fontsConfig(root));
  const env = {
    LD_LIBRARY_PATH: libraryFolders(root).join(delimiter),
    FONTCONFIG_FILE: join(FOLDER, 'fonts.conf'),
  };
  writeFileSync(LAUNCH_FILE, JSON.stringify({ path: join(root, 'usr/lib/chromium/chromium'), env }));
  for (const folder of [state, cache]) rmSync(folder, { recursive: true, force: true });
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

function fontsConfig(root) {
  const folders = ['/usr/share/fonts', join(root, 'usr/share/fonts')].map((folder) => `<dir>${folder}</dir>`);
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>${folders.join('')}<cachedir>${join(FOLDER, 'fonts')}</cachedir></fontconfig>
`;
}
