import { setTimeout as sleep } from 'node:timers/promises';
import { type Exit, ServiceProcess } from '../../support/service-process.js';
import { lastingPort } from '../net/lasting-port.js';
import { TcpProxy } from '../net/tcp-proxy.js';

/** Where the neighbours of a node listen; asked for each connection, so that they may move. */
export interface Neighbours {
  readonly postgres: () => number;
  readonly redis: (() => number) | undefined;
  readonly model: () => number;
}

/** The links of one node: what clients reach it by, and how it reaches its neighbours. */
export interface Links {
  readonly front: TcpProxy;
  readonly postgres: TcpProxy;
  readonly redis: TcpProxy | undefined;
  readonly model: TcpProxy;
}

export type EnvOf = (links: Links) => Readonly<Record<string, string>>;

/** One node of the cluster: the built service on a port that stays, behind links that can fail. */
export class ChaosNode {
  private process: ServiceProcess | undefined;
  private frozen = false;
  private ready = false;

  private constructor(
    readonly index: number,
    readonly links: Links,
    private readonly port: number,
    private readonly envOf: EnvOf,
    private readonly main: string | undefined,
  ) {}

  /** Opens the links; `start` then starts the service. `main`: another program that starts it. */
  static async open(index: number, to: Neighbours, envOf: EnvOf, main?: string): Promise<ChaosNode> {
    const port = await lastingPort();
    const links = {
      front: await TcpProxy.start(() => port),
      postgres: await TcpProxy.start(to.postgres),
      redis: to.redis && (await TcpProxy.start(to.redis)),
      model: await TcpProxy.start(to.model),
    };
    return new ChaosNode(index, links, port, envOf, main);
  }

  /** The address that clients use. */
  get url(): string {
    return `http://127.0.0.1:${this.links.front.port}`;
  }

  get pid(): number {
    return this.process?.pid ?? 0;
  }

  /** True while the service is ready, runs and is not frozen. */
  get alive(): boolean {
    return this.ready && this.process?.running === true && !this.frozen;
  }

  /** The running service. Throws where there is none. */
  get service(): ServiceProcess {
    if (!this.process?.running) throw new Error(`Node ${this.index} does not run:\n${this.output}`);
    return this.process;
  }

  get output(): string {
    return this.process?.output ?? '';
  }

  /** Resolves once the service is ready. In: more variables. */
  async start(more: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.spawn(more);
    await this.process?.ready();
    this.ready = true;
  }

  /** Starts the service and does not wait for it; for a program that may die while it starts. In: more variables. */
  async spawn(more: Readonly<Record<string, string>> = {}): Promise<ServiceProcess> {
    this.frozen = this.ready = false;
    const env = { ...this.envOf(this.links), ...more, PORT: String(this.port) };
    this.process = await ServiceProcess.spawn(env, this.main === undefined ? {} : { main: this.main });
    return this.process;
  }

  /** SIGKILL. */
  async kill(): Promise<void> {
    await this.process?.kill('SIGKILL');
  }

  /** SIGTERM; waits for the end. Out: how it ended, and the milliseconds until then. */
  async terminate(): Promise<Exit & { ms: number }> {
    const begun = performance.now();
    const exit = await this.process?.kill('SIGTERM');
    return {
      code: exit?.code ?? null,
      signal: exit?.signal ?? null,
      ms: Math.round(performance.now() - begun),
    };
  }

  freeze(): void {
    this.frozen = true;
    this.process?.signal('SIGSTOP');
  }

  thaw(): void {
    this.frozen = false;
    this.process?.signal('SIGCONT');
  }

  /** Blocks the node's event loop again and again: `ms` frozen, `ms` working. */
  async pulse(ms: number, times: number): Promise<void> {
    for (let time = 0; time < times && this.process?.running; time += 1) {
      this.freeze();
      await sleep(ms);
      this.thaw();
      await sleep(ms);
    }
  }

  /** Lets everything pass again on all links. */
  heal(): void {
    for (const link of Object.values(this.links)) (link as TcpProxy | undefined)?.heal();
  }

  async close(): Promise<void> {
    this.thaw();
    await this.kill();
    for (const link of Object.values(this.links)) await (link as TcpProxy | undefined)?.close();
  }
}
