import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../support/service-process.js';

const START_LIMIT = 20_000;

/** A Redis of one's own that keeps nothing, and can be killed, frozen and emptied. */
export class RedisServer {
  private child: ChildProcess | undefined;

  private constructor(readonly port: number) {}

  /** Starts `redis-server` of the PATH. Throws a sentence where there is none. */
  static async start(): Promise<RedisServer> {
    const server = new RedisServer(await freePort());
    await server.restart();
    return server;
  }

  async restart(): Promise<void> {
    const flags = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    const child = spawn('redis-server', flags, { stdio: 'ignore' });
    this.child = child;
    const failed = once(child, 'error').then(([error]) => {
      throw new Error(`The chaos tests need redis-server in the PATH: ${(error as Error).message}`);
    });
    failed.catch(() => undefined);
    await Promise.race([failed, this.untilReady()]);
  }

  /** Removes every key. */
  async flush(): Promise<void> {
    await this.ask('FLUSHALL');
  }

  async kill(): Promise<void> {
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  freeze(): void {
    this.child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.child?.kill('SIGCONT');
  }

  private async untilReady(): Promise<void> {
    for (const until = Date.now() + START_LIMIT; Date.now() < until; await sleep(30)) {
      if ((await this.ask('PING').catch(() => '')) === '+PONG') return;
    }
    throw new Error('redis-server did not start');
  }

  private async ask(command: string): Promise<string> {
    const socket = connect(this.port, '127.0.0.1');
    socket.setTimeout(2000, () => socket.destroy(new Error('redis-server does not answer')));
    socket.write(`${command}\r\n`);
    try {
      const [line] = (await once(socket, 'data')) as [Buffer];
      return String(line).trim();
    } finally {
      socket.destroy();
    }
  }
}
