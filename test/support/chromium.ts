import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import type { LaunchOptions } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const MAC = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
/** Written by `npm test` where it had to unpack a Chromium of its own. */
const UNPACKED = join(resolve(__dirname, '../..'), '.cache', 'chromium', 'launch.json');
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

interface Browser {
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Path of the browser's program. Throws a sentence that says how to get one. */
export function chromiumPath(): string {
  return findBrowser().path;
}

/** What playwright-core's `chromium.launch` takes. */
export function launchOptions(): LaunchOptions {
  const { path, env } = findBrowser();
  return { executablePath: path, headless: true, args: FLAGS, env: { ...definedEnv(), ...env } };
}

function findBrowser(): Browser {
  const chosen = process.env['CHROMIUM_PATH'];
  if (chosen) return { path: chosen, env: {} };
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const installed = [...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))), MAC].find(
    isProgram,
  );
  if (installed) return { path: installed, env: {} };
  if (existsSync(UNPACKED)) return JSON.parse(readFileSync(UNPACKED, 'utf8')) as Browser;
  throw new Error(
    'No Chromium was found. Run `npm test` once, which gets one, or set CHROMIUM_PATH to its program.',
  );
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function definedEnv(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
