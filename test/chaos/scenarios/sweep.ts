import { FAILPOINTS, type Failpoint, FailingProcess, nameOf } from '../failpoints/failpoints.js';
import type { ChaosNode } from '../cluster/chaos-node.js';
import type { Round } from './round.js';

/** Milliseconds in which a question reaches its failpoint. */
const REACH_LIMIT = 15_000;
const TRIES = 5;

/** Node 0 of the cluster is sound; the others start with failpoints and take turns: one starts while one fails. */
export async function sweepFailpoints(round: Round, told: (line: string) => void): Promise<string[]> {
  const queue = [...FAILPOINTS].toSorted((a, b) => a.action.localeCompare(b.action));
  const answers: Promise<unknown>[] = [];
  const missed: string[] = [];
  const victims = round.cluster.nodes.slice(1).map(async (node) => {
    for (let point = queue.pop(); point; point = queue.pop()) {
      const reached = await meet(round, node, point, answers);
      if (!reached) missed.push(nameOf(point));
      told(`${nameOf(point)}: ${reached ? 'reached' : 'NOT REACHED'}`);
    }
  });
  await Promise.all(victims);
  await Promise.all(answers);
  return missed;
}

/**
 * Asks the node questions until one reaches the point; another node may claim a run first. A run is claimed by itself
 * only where it waited for another, otherwise with its question.
 */
async function meet(
  round: Round,
  node: ChaosNode,
  point: Failpoint,
  answers: Promise<unknown>[],
): Promise<boolean> {
  if (!node.alive) await node.start();
  const failing = new FailingProcess(node.service);
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    await failing.arm(point);
    round.note(nameOf(point), node);
    const habits = {
      home: node.index,
      tokens: [25, 25],
      paceMs: [40, 40],
      stops: 0,
      bursts: point.port === 'claim' ? 1 : 0,
      copies: 0,
      cuts: 0,
    } as const;
    const transports = [round.random.pick(['socketio', 'raw', 'rest'] as const)];
    answers.push(round.converse({ ...habits, transports }).talk(() => true));
    if (await failing.wasReached(REACH_LIMIT)) return true;
  }
  return false;
}
