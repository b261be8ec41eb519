import { setTimeout as sleep } from 'node:timers/promises';
import type { ChaosNode } from '../cluster/chaos-node.js';
import { runsOf } from '../cluster/lost-runs.js';
import type { Round } from './round.js';

/** Milliseconds for which a node that works on something is awaited. */
const FIND_LIMIT = 30_000;

/** A node that works on at least one run right now; any node where none does for long. */
export async function findOwner(round: Round): Promise<ChaosNode> {
  for (const until = Date.now() + FIND_LIMIT; Date.now() < until; await sleep(50)) {
    const candidates = [];
    for (const node of round.cluster.alive) {
      if ((await runsOf(round.cluster.database, node.pid)).length > 0) candidates.push(node);
    }
    if (candidates.length > 0) return round.random.pick(candidates);
  }
  return round.random.pick(round.cluster.alive);
}

/**
 * Kills a node that answers, so many times, and starts it again each time; the others take over.
 * At least two nodes are up whenever one is killed.
 */
export async function killOwners(round: Round, kills: number, told?: (kill: number) => void): Promise<void> {
  const starting = new Map<ChaosNode, Promise<void>>();
  for (let kill = 1; kill <= kills; kill += 1) {
    if (starting.size > round.cluster.nodes.length - 2) await Promise.race(starting.values());
    const node = await findOwner(round);
    await round.lose('kill', node, () => node.kill());
    told?.(kill);
    starting.set(
      node,
      node.start().finally(() => starting.delete(node)),
    );
    await sleep(round.random.whole(0, 2000));
  }
  await Promise.all(starting.values());
}

/** Freezes a node that answers until its runs were taken over, and lets it go on: it must not write a byte. */
export async function zombie(round: Round): Promise<void> {
  const node = await findOwner(round);
  await round.lose('freeze', node, () => node.freeze());
  await round.takenOver();
  node.thaw();
  await sleep(2000);
}

/** Blocks the event loop of every node for parts of a second, again and again. */
export async function pulses(round: Round): Promise<void> {
  round.note('pulses');
  await Promise.all(round.cluster.nodes.map((node) => node.pulse(round.random.whole(100, 600), 5)));
}

/** Restarts the nodes one after the other with SIGTERM, as a deployment does. */
export async function rollingRestart(round: Round): Promise<void> {
  for (const node of round.cluster.nodes) {
    round.note('SIGTERM', node);
    const { ms, code } = await node.terminate();
    round.recorder.add({ kind: 'drain', node: node.index, ms, code });
    await node.start();
  }
}

/** Takes the leases of all running runs away: each is worked on by two nodes for a moment. */
export async function expireLeases(round: Round): Promise<void> {
  round.note('leases expired');
  await round.cluster.database.query(
    "UPDATE chat_runs SET lease_until = clock_timestamp() - interval '1 second' WHERE state = 'running'",
  );
  await sleep(4000);
}
