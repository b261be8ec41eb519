import { Supervision } from '../../common/ipc/supervision.js';
import { explain } from '../explain.js';
import type { Lifecycle } from '../lifecycle.js';
import { serve } from '../serve.js';
import { linkToSupervisor } from './cluster-worker.js';
import type { Orders } from './supervise.js';
import { WORKER } from './worker-process.js';

const ORDERS_WITHIN_MS = 30_000;
const LAST_WORDS_MS = 1_000;

/** The life of a worker: asks its supervisor what to be, serves, and says so, or why it cannot. */
export async function work(lifecycle: Lifecycle): Promise<void> {
  lifecycle.handleSignals({ obey: ['SIGTERM'], ignore: ['SIGINT'] });
  const link = linkToSupervisor();
  try {
    const orders = await link.ask<Orders>(WORKER.hello, null, ORDERS_WITHIN_MS);
    if (!orders) throw new Error('The supervisor does not answer');
    const port = await serve(orders.env, new Supervision(link, orders.demoSecret), lifecycle);
    link.say(WORKER.ready, port);
  } catch (error) {
    if (lifecycle.isStopping) return;
    await link.ask(WORKER.failed, explain(error), LAST_WORDS_MS);
    process.exit(1);
  }
}
