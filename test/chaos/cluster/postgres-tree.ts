import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { findProgram, type Program } from '../../../src/database/embedded/binaries.js';
import {
  ensureCluster,
  launch,
  ownerOf,
  readConnection,
  USER,
} from '../../../src/database/embedded/cluster.js';
import { livePostmaster, removeForeignPidFile } from '../../../src/database/embedded/postmaster.js';
import { lastingPort } from '../net/lasting-port.js';

const START_LIMIT = 60_000;

/**
 * A PostgreSQL of one's own that can be killed as a whole, with all its processes, and started again. Its faults are
 * those of processes and networks; a flush that takes the disk seconds would be one that no scenario asked for.
 */
export class PostgresTree {
  private constructor(
    private readonly folder: string,
    private readonly program: Program,
    readonly port: number,
  ) {}

  /** In: an empty folder for the data. Resolves once it answers. */
  static async start(folder: string): Promise<PostgresTree> {
    const found = findProgram();
    const dir = join(folder, 'postgres');
    ensureCluster(dir, found);
    const program = found.account ? { ...found, account: ownerOf(dir) } : found;
    const tree = new PostgresTree(folder, program, await lastingPort());
    await tree.restart();
    return tree;
  }

  /** The address of its database, with a superuser's login; `port`: that of a link to it. */
  url(port = this.port): string {
    return `postgresql://${USER}:${readConnection(this.dir).password}@127.0.0.1:${port}/postgres`;
  }

  /** SIGKILL to the postmaster and every process of it, at once. */
  killTree(): void {
    const live = livePostmaster(this.dir);
    if (live) killAll([live.pid, ...childrenOf(live.pid)]);
  }

  /** Starts it on the same port and waits until it answers. */
  async restart(): Promise<void> {
    removeForeignPidFile(this.dir);
    launch(this.dir, this.program, this.port, join(this.folder, 'postgres.log'), { fsync: 'off' });
    for (const until = Date.now() + START_LIMIT; Date.now() < until; await sleep(50)) {
      if (await answers(this.url())) return;
    }
    throw new Error(`PostgreSQL did not start; its log is ${join(this.folder, 'postgres.log')}`);
  }

  /** Stops it in order; the data are about to be removed anyway. */
  async stop(): Promise<void> {
    const live = livePostmaster(this.dir);
    if (!live) return;
    process.kill(live.pid, 'SIGQUIT');
    for (const until = Date.now() + 10_000; livePostmaster(this.dir) && Date.now() < until; await sleep(20));
    this.killTree();
  }

  private get dir(): string {
    return join(this.folder, 'postgres');
  }
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function childrenOf(parent: number): number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  return lines.flatMap((line) => {
    const [pid, of] = line.trim().split(/\s+/).map(Number);
    return of === parent && pid !== undefined ? [pid] : [];
  });
}

function killAll(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      continue;
    }
  }
}
