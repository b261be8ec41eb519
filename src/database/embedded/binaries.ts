import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { EmbeddedPostgresError, SET_DATABASE_URL } from './embedded-postgres.error.js';

/** The operating system's user that PostgreSQL runs as. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

export interface Program {
  /** Folder with `postgres` and `initdb`. */
  readonly bin: string;
  /** Set when the service runs as root, which PostgreSQL refuses. */
  readonly account: Account | undefined;
  /** Major version, as in the file PG_VERSION. */
  readonly major: string;
}

const SHARED_HOME = '/var/lib/bizosaas-ai-chat-service';
const ALL_MAY_RUN = 0o555;

/**
 * Finds the PostgreSQL programs of the package embedded-postgres and an account that may run them.
 * As root, an existing user `postgres` is taken or one is made; where that user cannot enter the folder of the
 * checkout (a home with mode 0700), the programs are copied to /var/lib/bizosaas-ai-chat-service once per version.
 * Throws EmbeddedPostgresError with a sentence that says what to do.
 */
export function findProgram(): Program {
  const native = locate();
  prepare(native);
  const account = process.getuid?.() === 0 ? unprivilegedAccount() : undefined;
  const place = versionOf(native, account).version || !account ? native : copyFor(native);
  const { version, problem } = versionOf(place, account);
  const major = /(\d+)/.exec(version)?.[1];
  if (!major) {
    throw new EmbeddedPostgresError(
      `The PostgreSQL of the package embedded-postgres does not run here (it needs a Linux with glibc, or macOS): ${problem} ${SET_DATABASE_URL}`,
    );
  }
  return { bin: join(place, 'bin'), account, major };
}

function locate(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native');
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `DATABASE_URL is unset and the package ${name} is not installed. Install the development dependencies (npm ci --include=dev --include=optional). ${SET_DATABASE_URL}`,
      { cause },
    );
  }
}

/** npm keeps neither symbolic links nor, with install scripts switched off, the execute bit. */
function prepare(native: string): void {
  const links = join(native, 'pg-symlinks.json');
  try {
    for (const name of ['postgres', 'initdb']) {
      const file = join(native, 'bin', name);
      const { mode } = statSync(file);
      if ((mode & ALL_MAY_RUN) !== ALL_MAY_RUN) chmodSync(file, mode | ALL_MAY_RUN);
    }
    if (!existsSync(links)) return;
    for (const { source, target } of JSON.parse(readFileSync(links, 'utf8')) as Record<
      'source' | 'target',
      string
    >[]) {
      const link = join(native, '..', target);
      if (!existsSync(link)) symlinkSync(relative(dirname(target), source), link);
    }
  } catch {
    return;
  }
}

function versionOf(native: string, account: Account | undefined): { version: string; problem: string } {
  const run = spawnSync(join(native, 'bin', 'postgres'), ['--version'], {
    ...account,
    cwd: '/',
    encoding: 'utf8',
  });
  if (run.status === 0) return { version: run.stdout, problem: '' };
  return { version: '', problem: (run.error?.message ?? run.stderr).trim() };
}

function unprivilegedAccount(): Account {
  const known = accountNamed('postgres');
  if (known) return known;
  try {
    const flags = ['--system', '--user-group', '--no-create-home', '--home-dir', '/nonexistent'];
    execFileSync('useradd', [...flags, '--shell', '/usr/sbin/nologin', 'postgres'], { stdio: 'pipe' });
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `PostgreSQL refuses to run as root, and no user "postgres" could be made for it. Start the service as another user. ${SET_DATABASE_URL}`,
      { cause },
    );
  }
  return accountNamed('postgres') as Account;
}

function accountNamed(name: string): Account | undefined {
  const [uid, gid] = ['-u', '-g'].map((flag) => spawnSync('id', [flag, name], { encoding: 'utf8' }));
  if (uid?.status !== 0 || gid?.status !== 0) return undefined;
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}

/** Only root can write to /var/lib, so nobody else can have put programs there. */
function copyFor(native: string): string {
  const version = (
    JSON.parse(readFileSync(join(native, '..', 'package.json'), 'utf8')) as { version: string }
  ).version;
  const place = join(SHARED_HOME, `postgresql-${version}`);
  if (existsSync(place)) return place;
  const draft = `${place}.${process.pid}`;
  try {
    mkdirSync(SHARED_HOME, { recursive: true, mode: 0o755 });
    cpSync(native, draft, { recursive: true, verbatimSymlinks: true });
    execFileSync('chmod', ['-R', 'a+rX', draft]);
    renameSync(draft, place);
  } catch (cause) {
    rmSync(draft, { recursive: true, force: true });
    if (existsSync(place)) return place;
    throw new EmbeddedPostgresError(
      `The user "postgres" may not enter ${native}, and a copy in ${SHARED_HOME} could not be made. Move the project to a folder that every user may enter, or start it as another user. ${SET_DATABASE_URL}`,
      { cause },
    );
  }
  return place;
}
