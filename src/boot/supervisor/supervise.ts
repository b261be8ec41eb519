import { DemoSecret } from '../../auth/demo/demo-secret.js';
import { AuthConfig, ServerConfig } from '../../config/config.js';
import type { Env } from '../../config/env.schema.js';
import { HitWindows } from '../../redis/hit-windows.js';
import { IpcRelay } from '../../redis/ipc-relay.js';
import { countFor } from '../../redis/ipc-windows.js';
import type { Lifecycle } from '../lifecycle.js';
import { StartError } from '../start.error.js';
import { clusterWorkers } from './cluster-worker.js';
import { DrainHub } from './drain-hub.js';
import { FiguresHub } from './figures-hub.js';
import { Supervisor } from './supervisor.js';
import { WORKER, type WorkerProcess } from './worker-process.js';

/** What a worker is told when it starts. */
export interface Orders {
  readonly env: Env;
  readonly demoSecret: string | undefined;
}

/**
 * Runs WORKERS processes on one port and holds what they share.
 * In: the complete environment, the program of a worker, the lifecycle, where to say what happens, and what to do
 * when nothing can be served any more. Out: the port. Throws StartError where no worker can start.
 */
export async function supervise(
  env: Env,
  program: string,
  lifecycle: Lifecycle,
  log: (line: string) => void,
  giveUp: (reason: Error) => void,
): Promise<number> {
  const orders: Orders = {
    env: { ...env },
    demoSecret: new AuthConfig(env).demo ? new DemoSecret(new ServerConfig(env)).value : undefined,
  };
  const relay = new IpcRelay();
  const windows = new HitWindows();
  const connect = ({ link }: WorkerProcess): (() => void) => {
    link.on(WORKER.hello, () => orders);
    countFor(link, windows);
    const leaves = [relay.join(link), figures.join(link), drains.join(link)];
    return () => leaves.forEach((leave) => leave());
  };
  const supervisor = new Supervisor({
    workers: env.WORKERS,
    start: clusterWorkers(program),
    connect,
    log,
    giveUp,
  });
  const drains = new DrainHub(() => lifecycle.isStopping);
  const figures = new FiguresHub(() => supervisor.restartCount);
  lifecycle.onStop(() => supervisor.stop());
  process.on('exit', () => supervisor.kill());
  return supervisor.run().catch((cause: Error) => {
    throw new StartError(cause.message, { cause });
  });
}
