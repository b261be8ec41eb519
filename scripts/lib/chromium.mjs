import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { ROOT, run, say, StepError } from './run.mjs';
import { hasPackageManager, installPackages, onPath, unpackPackages } from './system-packages.mjs';

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
    if (!hasPackageManager()) {
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

async function works({ path, env }) {
  const { code, output } = await run(path, ['--version'], { quiet: true, env: { ...process.env, ...env } });
  return code === 0 && /chrom/i.test(output);
}

async function installAsRoot() {
  say('Installing Chromium for the browser tests (apt-get install chromium) ...');
  await installPackages(PACKAGES, ADVICE);
}

async function unpack() {
  say(
    'Unpacking Chromium for the browser tests into .cache/chromium; this takes a minute or two the first time ...',
  );
  const { root, libraries } = await unpackPackages(PACKAGES, FOLDER, ADVICE);
  writeFileSync(join(FOLDER, 'fonts.conf'), fontsConfig(root));
  const env = { LD_LIBRARY_PATH: libraries, FONTCONFIG_FILE: join(FOLDER, 'fonts.conf') };
  writeFileSync(LAUNCH_FILE, JSON.stringify({ path: join(root, 'usr/lib/chromium/chromium'), env }));
}

function fontsConfig(root) {
  const folders = ['/usr/share/fonts', join(root, 'usr/share/fonts')].map((folder) => `<dir>${folder}</dir>`);
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>${folders.join('')}<cachedir>${join(FOLDER, 'fonts')}</cachedir></fontconfig>
`;
}
