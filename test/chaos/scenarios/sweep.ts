import { asks, FAILPOINTS, type Failpoint, FailingProcess, nameOf } from '../failpoints/failpoints.js';
import type { Habits } from '../clients/conversation.js';
import type { ChaosNode } from '../cluster/chaos-node.js';
import type { GotEvent } from '../record/entries.js';
import type { Round } from './round.js';

/** Milliseconds in which a question reaches its failpoint. */
const REACH_LIMIT = 15_000;
const TRIES = 5;
/** A run whose nodes died so often is given up; see docs/architecture.md. */
const MOST_ATTEMPTS = 2;

/**
 * Node 0 of the cluster never fails; the others take turns: one starts while one fails.
 * Out: the points that were not reached, and the answers that did not go on after their decision.
 */
export async function sweepFailpoints(round: Round, told: (line: string) => void): Promise<string[]> {
  const queue = [...FAILPOINTS].toSorted((a, b) => a.action.localeCompare(b.action));
  const answers: Promise<unknown>[] = [];
  const missed: string[] = [];
  const victims = round.cluster.nodes.slice(1).map(async (node) => {
    for (let point = queue.pop(); point; point = queue.pop()) {
      const reached = await meet(round, node, point, { answers, missed });
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
  told: { readonly answers: Promise<unknown>[]; readonly missed: string[] },
): Promise<boolean> {
  if (!node.alive) await node.start();
  const failing = FailingProcess.of(node.service);
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    await failing.arm(point);
    round.note(nameOf(point), node);
    const transports = [round.random.pick(['socketio', 'raw', 'rest'] as const)];
    const conversation = round.converse({ ...habitsFor(point, node), transports });
    if (asks(point)) {
      const goesOn = conversation.ask().then(async (final) => {
        if (endsWell(point, final) || (await lostTooOften(round, final))) return;
        told.missed.push(`${nameOf(point)}: ${final?.event ?? 'no end'}`);
      });
      told.answers.push(goesOn);
    } else told.answers.push(conversation.talk(() => true));
    if (await failing.wasReached(REACH_LIMIT)) return true;
  }
  return false;
}

function habitsFor(point: Failpoint, node: ChaosNode): Partial<Habits> {
  const common = { home: node.index, stops: 0, copies: 0, cuts: 0 };
  return asks(point)
    ? { ...common, tokens: [12, 12], paceMs: [20, 20], bursts: 0, retries: 0, asksFirst: true }
    : { ...common, tokens: [25, 25], paceMs: [40, 40], bursts: point.port === 'claim' ? 1 : 0 };
}

/** An answer goes on after its decision; it may fail only where the node lived on and could not store its step. */
function endsWell({ action, port }: Failpoint, final: GotEvent | undefined): boolean {
  const mayFail = action === 'throw' && (port === 'begin' || port === 'done');
  return final?.event === 'run.completed' || (mayFail && final?.event === 'run.failed');
}

/** Whether an answer was given up as it should be: the nodes that took it over came to points of other answers. */
async function lostTooOften(round: Round, final: GotEvent | undefined): Promise<boolean> {
  if (final?.event !== 'run.interrupted') return false;
  const { rows } = await round.cluster.database.query<{ attempts: number }>(
    'SELECT attempts FROM chat_runs WHERE id = $1',
    [final.run],
  );
  return (rows[0]?.attempts ?? 0) > MOST_ATTEMPTS;
}
