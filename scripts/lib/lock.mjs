import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ROOT, say, StepError } from './run.mjs';

const FILE = join(ROOT, '.cache', 'setup.lock');

/**
 * Runs `work` while no other script of this checkout installs or builds. A lock whose process is gone is taken over.
 * In: what the work is, for the line that tells of waiting. Out: what `work` gives.
 */
export async function withLock(what, work) {
  for (let told = false; !take(); told = true) {
    if (!told) say(`Waiting for another process (${holder()}) that sets up this folder, to ${what} ...`);
    await sleep(200);
  }
  try {
    return await work();
  } finally {
    rmSync(FILE, { force: true });
  }
}

function take() {
  try {
    mkdirSync(dirname(FILE), { recursive: true });
    writeFileSync(FILE, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') {
      throw new StepError(
        `This folder cannot be written to (${error.message}). Run the command as its owner.`,
      );
    }
  }
  const pid = holder();
  if (pid && !isAlive(pid)) removeStale(pid);
  return false;
}

function holder() {
  try {
    return Number(readFileSync(FILE, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}

/** Only one of several waiting processes can move the file away; the others find nothing and try again. */
function removeStale(pid) {
  const mine = `${FILE}.${process.pid}`;
  try {
    if (holder() !== pid) return;
    renameSync(FILE, mine);
    rmSync(mine);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
