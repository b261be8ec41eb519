/**
 * Starts the built service without what its log and leases write: events of answers are taken as stored and shown,
 * ends are stored without events, leases are not renewed, and nobody looks for runs whose lease ran out.
 */
import { ChatRepository } from '../dist/server/chat/chat.repository.js';
import { RunsRepository } from '../dist/server/runs/runs.repository.js';

/** In: a class and a method of it, and what makes the new method of the old one. */
function replace(of, method, make) {
  const original = of.prototype[method];
  if (typeof original !== 'function') {
    throw new Error(`${of.name}.${method} is gone; see bench/service-without-log.mjs`);
  }
  of.prototype[method] = make(original);
}

replace(RunsRepository, 'append', () => async (entries) => new Set(entries.map(({ runId }) => runId)));
replace(RunsRepository, 'renew', () => async (_owner, runIds) => new Map(runIds.map((id) => [id, false])));
replace(RunsRepository, 'findWaiting', () => async () => []);
replace(RunsRepository, 'trim', () => async () => 0);
replace(
  ChatRepository,
  'end',
  (end) =>
    function endWithoutEvents(input) {
      return end.call(this, { ...input, events: [] });
    },
);

await import('../dist/server/main.js');
