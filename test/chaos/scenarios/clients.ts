import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { MODEL_FAULTS, type ModelFault } from '../model/chaos-model.js';
import { questionOf } from '../model/nonce.js';
import type { Round } from './round.js';

const PATIENCE = 120_000;

/** Somebody meets each fault of the model, and asks again where that was in vain. */
export async function meetModelFaults(round: Round): Promise<void> {
  const faults = Object.keys(MODEL_FAULTS) as ModelFault[];
  await Promise.all(
    faults.map((fault) =>
      round.converse({ mistakes: 1, faults: [fault], retries: 1, stops: 0, tokens: [8, 12] }).ask(),
    ),
  );
}

/** One message, sent so many times at once by so many devices over every transport. Out: the runs that it was told. */
export async function sendAtOnce(round: Round, sends: number): Promise<Set<string | undefined>> {
  const transports = Array.from(
    { length: sends },
    (_, index) => (['socketio', 'raw', 'rest'] as const)[index % 3]!,
  );
  const { devices } = round.converse({ transports });
  await Promise.all(devices.map((device) => device.connect()));
  const question = {
    key: randomUUID(),
    content: questionOf({ id: round.random.id('n'), tokens: 10, paceMs: 5 }),
  };
  const runs = await Promise.all(devices.map((device) => device.send(question, Date.now() + PATIENCE)));
  await devices[0]?.follow(runs[0] ?? '', Date.now() + PATIENCE);
  return new Set(runs);
}

/** So many clients read a long answer each; all lose their connection at once, several times, and come back. */
export async function reconnectStorm(round: Round, clients: number, cuts = 2): Promise<void> {
  const answers = Array.from({ length: clients }, (_, index) => {
    const transports = [index % 2 === 0 ? 'socketio' : 'raw'] as const;
    return round
      .converse({ transports, tokens: [40, 60], paceMs: [150, 250], cuts: 0, stops: 0, bursts: 0 })
      .ask();
  });
  for (let cut = 0; cut < cuts; cut += 1) {
    await sleep(4000);
    round.note('all clients cut');
    for (const node of round.cluster.nodes) node.links.front.cut();
  }
  await Promise.all(answers);
}
