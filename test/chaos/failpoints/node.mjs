/**
 * Starts the built service with failpoints in its ports: the parent arms one by a message
 * `{ arm: { port, when, nth, action } }`, and is told `{ armed }` and, where the process lives on, `{ reached }`.
 * Questions that begin with "Ask me first" are answered by the agent of asking.mjs. CHAOS_PLANT names a bug to start with, see plants.mjs.
 */
import { ChatRepository } from '../../../dist/server/chat/chat.repository.js';
import { WiredFanOut } from '../../../dist/server/redis/wired-fan-out.js';
import { RunsRepository } from '../../../dist/server/runs/runs.repository.js';
import { RunApprovals } from '../../../dist/server/runs/steps/approvals.service.js';
import { StepsRepository } from '../../../dist/server/runs/steps/steps.repository.js';
import { Effects } from './asking.mjs';
import { plant } from './plants.mjs';

/** Where side effects happen, on a node with Redis. `counts` leaves out calls in which nothing happens. */
const PORTS = {
  accept: { of: ChatRepository, method: 'accept', counts: () => true },
  claim: { of: RunsRepository, method: 'claim', counts: () => true },
  append: { of: RunsRepository, method: 'append', counts: () => true },
  end: { of: ChatRepository, method: 'end', counts: () => true },
  pause: { of: StepsRepository, method: 'pause', counts: () => true },
  decide: { of: RunApprovals, method: 'decide', counts: () => true },
  begin: { of: StepsRepository, method: 'begin', counts: () => true },
  effect: { of: Effects, method: 'make', counts: () => true },
  done: { of: StepsRepository, method: 'end', counts: () => true },
  publish: { of: WiredFanOut, method: 'publish', counts: (_channel, news) => news.kind === 'answer' },
};

const ACTIONS = {
  kill: () => process.kill(process.pid, 'SIGKILL'),
  throw: () => {
    throw new Error('A failpoint was reached');
  },
};

let armed;

/** Acts where the armed failpoint is, in its n-th call. */
function pass(port, when) {
  if (armed?.port !== port || armed.when !== when || --armed.nth > 0) return;
  const { action } = armed;
  armed = undefined;
  if (action !== 'kill') process.send({ reached: true });
  ACTIONS[action]();
}

for (const [port, { of, method, counts }] of Object.entries(PORTS)) {
  const original = of.prototype[method];
  if (typeof original !== 'function')
    throw new Error(`${of.name}.${method} is gone; see test/chaos/failpoints`);
  of.prototype[method] = function failing(...args) {
    if (!counts(...args)) return original.apply(this, args);
    if (port === 'publish') {
      pass(port, 'before');
      original.apply(this, args);
      return pass(port, 'after');
    }
    return (async () => {
      pass(port, 'before');
      const result = await original.apply(this, args);
      if (port === 'effect' || result !== undefined) pass(port, 'after');
      return result;
    })();
  };
}

process.on('message', ({ arm }) => {
  armed = { ...arm };
  process.send({ armed: true });
});
process.channel?.unref();

if (process.env.CHAOS_PLANT) plant(process.env.CHAOS_PLANT);
await import('../../../dist/server/main.js');
