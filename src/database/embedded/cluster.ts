import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Account, Program } from './binaries.js';
import { EmbeddedPostgresError, SET_DATABASE_URL } from './embedded-postgres.error.js';
import { isAlive } from './postmaster.js';

export const USER = 'chat';
const LOG_LIMIT = 5 * 1024 * 1024;

export interface Connection {
  readonly password: string;
  readonly port: number;
}

/**
 * Names for files that a child of another user can open. As root the child inherits them as descriptors and
 * names them /proc/self/fd/N, because folders above them (a home with mode 0700) may be closed to its user.
 */
function handOver(paths: readonly string[], account: Account | undefined) {
  if (!account || process.platform !== 'linux') return { names: paths, fds: [], close: () => undefined };
  const fds = paths.map((path) => fs.openSync(path, fs.constants.O_RDONLY));
  return {
    names: fds.map((_, index) => `/proc/self/fd/${index + 3}`),
    fds,
    close: () => fds.forEach((fd) => fs.closeSync(fd)),
  };
}

const childEnv = { PATH: process.platform === 'win32' ? '' : '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/** Makes the cluster in `dir` unless it is there. Complete or absent, also when two processes try at once. */
export function ensureCluster(dir: string, program: Program): void {
  if (!fs.existsSync(join(dir, 'PG_VERSION'))) createCluster(dir, program);
  const version = fs.readFileSync(join(dir, 'PG_VERSION'), 'utf8').trim();
  if (version !== program.major) {
    throw new EmbeddedPostgresError(
      `${dir} holds data of PostgreSQL ${version}, but version ${program.major} is installed. Move the folder away, or export its data with the old version first. ${SET_DATABASE_URL}`,
    );
  }
}

function createCluster(dir: string, program: Program): void {
  removeAbandonedDrafts(dir);
  const draft = `${dir}.new-${process.pid}`;
  const secret = `${draft}.secret`;
  const connection: Connection = { password: randomBytes(24).toString('base64url'), port: 0 };
  try {
    fs.mkdirSync(draft, { recursive: true, mode: 0o700 });
    fs.writeFileSync(secret, connection.password, { mode: 0o600 });
    if (program.account) {
      for (const path of [draft, secret]) fs.chownSync(path, program.account.uid, program.account.gid);
    }
    runInitdb(draft, secret, program);
    writeConnection(draft, connection);
    fs.renameSync(draft, dir);
  } catch (error) {
    if (!fs.existsSync(join(dir, 'PG_VERSION'))) throw error;
  } finally {
    fs.rmSync(secret, { force: true });
    fs.rmSync(draft, { recursive: true, force: true });
  }
}

function removeAbandonedDrafts(dir: string): void {
  const parent = join(dir, '..');
  const prefix = `${dir}.new-`;
  for (const entry of fs.existsSync(parent) ? fs.readdirSync(parent) : []) {
    const path = join(parent, entry);
    if (path.startsWith(prefix) && !isAlive(Number.parseInt(path.slice(prefix.length), 10))) {
      fs.rmSync(path, { recursive: true, force: true });
    }
  }
}

function runInitdb(dir: string, secret: string, program: Program): void {
  const shared = handOver([dir, secret], program.account);
  const [data, passwordFile] = shared.names;
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const auth = ['--auth=scram-sha-256', `--username=${USER}`, `--pwfile=${passwordFile}`];
  const run = spawnSync(join(program.bin, 'initdb'), ['-D', String(data), ...locale, ...auth], {
    ...program.account,
    cwd: '/',
    env: childEnv,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe', ...shared.fds],
  });
  shared.close();
  if (run.status !== 0) {
    const reason = (run.error?.message ?? run.stderr).trim();
    throw new EmbeddedPostgresError(`PostgreSQL could not prepare ${dir}: ${reason}\n${SET_DATABASE_URL}`);
  }
}

/** Settings of PostgreSQL by name, over those that the service runs it with. */
export type Settings = Readonly<Record<string, string>>;

/**
 * Starts the postmaster of `dir` in a session of its own: it outlives a killed service and no Ctrl-C reaches it.
 * Its log goes to `logFile`, without failed statements: their text and their errors quote what people wrote.
 */
export function launch(
  dir: string,
  program: Program,
  port: number,
  logFile: string,
  given: Settings = {},
): ChildProcess {
  if (fs.existsSync(logFile) && fs.statSync(logFile).size > LOG_LIMIT) fs.truncateSync(logFile);
  const log = fs.openSync(logFile, 'a', 0o600);
  giveToOwnerOf(dir, logFile);
  const shared = handOver([dir], program.account);
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    password_encryption: 'scram-sha-256',
    fsync: 'on',
    synchronous_commit: 'on',
    max_connections: '300',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_checkpoints: 'off',
    ...given,
  };
  const flags = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  const child = spawn(
    join(program.bin, 'postgres'),
    ['-D', String(shared.names[0]), '-p', String(port), ...flags],
    {
      ...program.account,
      cwd: '/',
      env: childEnv,
      detached: true,
      stdio: ['ignore', log, log, ...shared.fds],
    },
  );
  child.on('error', () => undefined);
  child.unref();
  shared.close();
  fs.closeSync(log);
  return child;
}

/** The password and the last port of the cluster, kept in a file that only the service's user may read. */
export function readConnection(dir: string): Connection {
  return JSON.parse(fs.readFileSync(join(dir, 'connection.json'), 'utf8')) as Connection;
}

export function writeConnection(dir: string, connection: Connection): void {
  const file = join(dir, 'connection.json');
  const draft = `${file}.${process.pid}`;
  fs.writeFileSync(draft, `${JSON.stringify(connection)}\n`, { mode: 0o600 });
  giveToOwnerOf(dir, draft);
  fs.renameSync(draft, file);
}

/** The operating system's user that owns the cluster, which alone may run it. */
export function ownerOf(dir: string): Account {
  const { uid, gid } = fs.statSync(dir);
  return { uid, gid };
}

function giveToOwnerOf(dir: string, file: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = ownerOf(dir);
  fs.chownSync(file, uid, gid);
}

/** Out: a port of 127.0.0.1 that is free right now; `wanted` itself where it is. */
export async function freePort(wanted: number): Promise<number> {
  const server = createServer();
  const listen = (port: number): Promise<boolean> =>
    new Promise((done) => {
      server.once('error', () => done(false));
      server.listen({ port, host: '127.0.0.1', exclusive: true }, () => done(true));
    });
  if (!(wanted && (await listen(wanted)))) await listen(0);
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
