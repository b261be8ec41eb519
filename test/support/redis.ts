import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, join, resolve } from 'node:path';
import { freePort } from './service-process.js';

/** Written by the set-up of the tests where it had to unpack a Redis of its own. */
const UNPACKED = join(resolve(__dirname, '../..'), '.cache', 'redis', 'launch.json');

/** The Redis of this test run, shared by all tests: they differ in their databases, and so in their keys. */
export function sharedRedisUrl(): string {
  const url = process.env['TEST_REDIS_URL'];
  if (!url)
    throw new Error('TEST_REDIS_URL is unset: this project of jest.config.cjs lacks the global set-up.');
  return url;
}

/** A Redis server of one test's own, to be killed, stalled and started again on the same port. */
export class OwnRedis {
  private constructor(
    readonly port: number,
    private child: ChildProcess,
  ) {}

  /** In: its port; a free one by default. */
  static async start(given?: number): Promise<OwnRedis> {
    const port = given ?? (await freePort());
    return new OwnRedis(port, await launch(port));
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Ends it as a crash does; everything in it is gone. */
  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'close');
    this.child.kill('SIGKILL');
    await gone;
  }

  async restart(): Promise<void> {
    await this.kill();
    this.child = await launch(this.port);
  }

  /** Makes it answer again, whatever a test that failed left of it. */
  async revive(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) await this.restart();
    else this.resume();
  }

  /** From now on connections stay open and nothing answers. */
  stall(): void {
    this.child.kill('SIGSTOP');
  }

  resume(): void {
    this.child.kill('SIGCONT');
  }

  /** Sends one command in the inline form, for what a test wants of Redis itself. Out: the raw reply. */
  async command(line: string): Promise<string> {
    const socket = connect(this.port, '127.0.0.1');
    socket.write(`${line}\r\n`);
    const [reply] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    return reply.toString();
  }
}

async function launch(port: number): Promise<ChildProcess> {
  const { path, env } = program();
  const flags = { port, bind: '127.0.0.1', save: '', appendonly: 'no', daemonize: 'no' };
  const child = spawn(
    path,
    Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]),
    { cwd: '/', env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'ignore'] },
  );
  let output = '';
  await new Promise<void>((ready, failed) => {
    child.stdout.on('data', (chunk) => {
      output += String(chunk);
      if (output.includes('Ready to accept connections')) ready();
    });
    child.once('error', failed);
    child.once('close', () => failed(new Error(`Redis did not start:\n${output}`)));
  });
  return child;
}

function program(): { path: string; env: Record<string, string> } {
  const installed = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'redis-server'))
    .find((path) => existsSync(path));
  if (installed) return { path: installed, env: {} };
  return JSON.parse(readFileSync(UNPACKED, 'utf8')) as { path: string; env: Record<string, string> };
}
