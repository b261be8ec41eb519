import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = resolve(__dirname, '../..');
const MAIN = join(ROOT, 'dist', 'server', 'main.js');
const READY_LIMIT = 60_000;

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface SpawnOptions {
  readonly cwd?: string;
  readonly main?: string;
}

/** The built service in a process of its own, for tests that kill it. */
export class ServiceProcess {
  readonly exited: Promise<Exit>;
  private text = '';
  private exit: Exit | undefined;

  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk) => (this.text += String(chunk)));
    this.exited = new Promise((done) => {
      child.once('close', (code, signal) => {
        this.exit = { code, signal };
        done(this.exit);
      });
    });
  }

  /**
   * Spawns dist/server/main.js (`npm run build` makes it) and does not wait for it.
   * In: variables besides HOST, PORT and PATH; nothing of the caller's environment is passed on. `main`: another
   * program that starts the service, with a channel for messages from here.
   */
  static async spawn(
    env: Readonly<Record<string, string>>,
    { cwd = ROOT, main }: SpawnOptions = {},
  ): Promise<ServiceProcess> {
    if (!existsSync(MAIN)) throw new Error('dist/server/main.js is missing: run `npm run build` first.');
    const port = Number(env['PORT'] ?? (await freePort()));
    const child = spawn(process.execPath, [main ?? MAIN], {
      cwd,
      env: {
        PATH: process.env['PATH'],
        HOST: '127.0.0.1',
        LOG_LEVEL: 'warn',
        ENABLE_CONVERSATION_TITLES: 'false',
        ...env,
        PORT: String(port),
      },
      stdio: ['ignore', 'pipe', 'pipe', ...(main ? (['ipc'] as const) : [])],
    });
    return new ServiceProcess(child, port);
  }

  /** Spawns the service and waits until it is ready to serve. */
  static async start(
    env: Readonly<Record<string, string>>,
    options: SpawnOptions = {},
  ): Promise<ServiceProcess> {
    const service = await ServiceProcess.spawn(env, options);
    await service.ready();
    return service;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** What it has written so far, to stdout and stderr. */
  get output(): string {
    return this.text;
  }

  /** Resolves once /health/ready answers 200; throws with the output when the process ends or takes over a minute. */
  async ready(): Promise<void> {
    for (const deadline = Date.now() + READY_LIMIT; Date.now() < deadline; await sleep(50)) {
      if (this.exit) throw new Error(`The service ended (${JSON.stringify(this.exit)}):\n${this.text}`);
      const response = await fetch(`${this.url}/health/ready`).catch(() => undefined);
      if (response?.ok) return;
    }
    throw new Error(`The service was not ready within ${READY_LIMIT / 1000} s:\n${this.text}`);
  }

  /** True until the process has ended. */
  get running(): boolean {
    return this.exit === undefined;
  }

  /** For a program that was started as `main`: a message to it, and what it tells. */
  tell(message: object): void {
    this.child.send(message);
  }

  onTold(listener: (message: unknown) => void): void {
    this.child.on('message', listener);
  }

  /** Sends a signal and does not wait. */
  signal(signal: NodeJS.Signals): void {
    if (!this.exit) this.child.kill(signal);
  }

  /** Sends a signal and waits for the end. */
  async kill(signal: NodeJS.Signals): Promise<Exit> {
    if (!this.exit) this.child.kill(signal);
    return this.exited;
  }
}

/** A port of 127.0.0.1 that is free right now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
