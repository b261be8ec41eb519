import type { Supervision } from '../common/ipc/supervision.js';
import type { Env } from '../config/env.schema.js';
import { type Lifecycle, within } from './lifecycle.js';
import { listen } from './listen.js';

/** Milliseconds beyond DRAIN_TIMEOUT in which everything else is closed. */
const CLOSE_LIMIT = 5_000;

/** Builds the service and listens. In: the complete environment. Out: the port. */
export async function serve(env: Env, supervision: Supervision, lifecycle: Lifecycle): Promise<number> {
  const { createApp } = await import('../app.factory.js');
  const app = await createApp(env, supervision);
  lifecycle.onStop(() =>
    within(env.DRAIN_TIMEOUT * 1000 + CLOSE_LIMIT, 'Finishing what was under way', app.close()),
  );
  return listen(app, env);
}
