import { execFileSync } from 'node:child_process';
import { readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What a running postmaster says of itself in the first lines of postmaster.pid. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

/** True where a process with this id runs, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * The live postmaster of this very folder. A copied folder carries the original's postmaster.pid, and after a
 * reboot its number may belong to any process; neither counts.
 */
export function livePostmaster(dir: string): Postmaster | undefined {
  const found = readPidFile(dir);
  return found && worksIn(found.pid, dir, found.folder) ? { pid: found.pid, port: found.port } : undefined;
}

/**
 * Removes a postmaster.pid whose number now belongs to some other process: PostgreSQL would take that one for
 * its postmaster and refuse to start. The shared memory interlock still guards the data.
 */
export function removeForeignPidFile(dir: string): void {
  const found = readPidFile(dir);
  if (found && isAlive(found.pid) && !worksIn(found.pid, dir, found.folder)) {
    rmSync(join(dir, 'postmaster.pid'), { force: true });
  }
}

function readPidFile(dir: string): (Postmaster & { folder: string }) | undefined {
  try {
    const [pid, folder, , port] = readFileSync(join(dir, 'postmaster.pid'), 'utf8').split('\n');
    const found = { pid: Number(pid), folder: folder ?? '', port: Number(port) };
    return found.pid > 0 && found.port > 0 ? found : undefined;
  } catch {
    return undefined;
  }
}

/** On Linux a postmaster's working directory is its data directory; elsewhere its pid file must name the folder. */
function worksIn(pid: number, dir: string, folder: string): boolean {
  try {
    if (process.platform === 'linux') {
      const [own, theirs] = [statSync(dir), statSync(`/proc/${pid}/cwd`)];
      const isPostgres = readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'postgres';
      return isPostgres && own.ino === theirs.ino && own.dev === theirs.dev;
    }
    const command = execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
    return command.includes('postgres') && realpathSync(folder) === realpathSync(dir);
  } catch {
    return false;
  }
}
