import { setTimeout as sleep } from 'node:timers/promises';
import { signToken } from '../../support/tokens.js';
import type { Cluster } from '../cluster/cluster.js';
import { type ModelFault } from '../model/chaos-model.js';
import { questionOf } from '../model/nonce.js';
import type { GotEvent, Transport } from '../record/entries.js';
import type { Recorder } from '../record/recorder.js';
import type { Seeded } from '../seeded.js';
import { Decider } from './decider.js';
import { Device } from './device.js';

/** What people do, as probabilities a question, and how long answers are. */
export interface Habits {
  readonly transports: readonly Transport[];
  readonly tokens: readonly [number, number];
  readonly paceMs: readonly [number, number];
  /** The same message is sent by all devices at once. */
  readonly copies: number;
  /** The connection breaks in the middle. */
  readonly cuts: number;
  readonly stops: number;
  /** A failed, stopped or interrupted answer is asked for again. */
  readonly retries: number;
  /** A second question follows at once. */
  readonly bursts: number;
  /** What the model does wrong, one of them with `mistakes` as its probability. */
  readonly mistakes: number;
  readonly faults: readonly ModelFault[];
  /** A person is asked in the middle of each answer, and agrees; only on nodes of test/chaos/failpoints. */
  readonly asksFirst?: boolean;
  /** The node that each device connects to first; any by default. */
  readonly home?: number;
  /** Milliseconds after which a question without an end is left to the checker. */
  readonly patience: number;
}

export const USUAL: Habits = {
  transports: ['socketio', 'raw', 'rest'],
  tokens: [10, 60],
  paceMs: [10, 60],
  copies: 0.3,
  cuts: 0.4,
  stops: 0.1,
  retries: 0.7,
  bursts: 0.2,
  mistakes: 0,
  faults: [],
  patience: 150_000,
};

/** Seconds; a node whose clock is behind takes no tokens of the future. */
const LARGEST_SKEW = 600;
const ASK_FIRST = 'Ask me first. ';

/** One user who talks in one session from several devices, as the seed has it. */
export class Conversation {
  readonly session: string;
  readonly token: string;
  readonly devices: readonly Device[];
  private readonly decider: Decider;
  private readonly open = new Set<Promise<unknown>>();

  constructor(
    private readonly cluster: Cluster,
    recorder: Recorder,
    private readonly random: Seeded,
    private readonly habits: Habits,
    tenant: string,
  ) {
    const user = random.id('u');
    this.session = random.id('s');
    const iat = Math.floor(Date.now() / 1000) - LARGEST_SKEW;
    this.token = signToken({ sub: user, tenant_id: tenant, role: 'user', iat }, { expiresIn: 7200 });
    const { session, token } = this;
    this.decider = new Decider({ cluster, recorder, session, token, home: habits.home ?? 0 });
    this.devices = habits.transports.map(
      (transport, index) =>
        new Device({
          cluster,
          recorder,
          random: random.fork(),
          name: `${user}/${transport}/${index}`,
          transport,
          session,
          token,
          home: habits.home,
        }),
    );
  }

  /** Asks question after question until `over` says so, and waits for every answer. */
  async talk(over: () => boolean): Promise<void> {
    do {
      const asked = [this.ask()];
      if (this.random.chance(this.habits.bursts)) asked.push(this.ask());
      await Promise.all(asked);
    } while (!over());
    await this.settle();
  }

  /** Waits for what was begun on the side. */
  async settle(): Promise<void> {
    await Promise.all(this.open);
  }

  /** Asks one question and does with it what the habits say. Out: the last event of its last run. */
  async ask(): Promise<GotEvent | undefined> {
    const { random, habits } = this;
    const nonce = {
      id: random.id('n'),
      tokens: random.whole(...habits.tokens),
      paceMs: random.whole(...habits.paceMs),
    };
    if (random.chance(habits.mistakes)) this.cluster.model.misbehave(nonce.id, random.pick(habits.faults));
    const question = {
      key: random.id('k'),
      content: `${habits.asksFirst ? ASK_FIRST : ''}${questionOf(nonce)}`,
    };
    const until = Date.now() + habits.patience;
    const asker = random.pick(this.devices);
    if (random.chance(habits.copies)) {
      for (const other of this.devices) if (other !== asker) this.later(other.send(question, until));
    }
    const [cuts, stops, retries] = [habits.cuts, habits.stops, habits.retries].map((chance) =>
      random.chance(chance),
    );
    const [cutAt, stopAt] = [random.whole(0, 3000), random.whole(0, 1500)];
    const run = await asker.send(question, until);
    if (run === undefined) return undefined;
    if (habits.asksFirst) this.later(this.decider.agree(run, until));
    if (cuts) this.later(sleep(cutAt).then(() => asker.cut()));
    if (stops) this.later(sleep(stopAt).then(() => random.pick(this.devices).stop(run)));
    const final = await asker.follow(run, until);
    return retries && final && final.event !== 'run.completed' ? this.again(run, until) : final;
  }

  /** All its devices lose their connection. */
  cut(): void {
    for (const device of this.devices) device.cut();
  }

  close(): void {
    for (const device of this.devices) device.close();
  }

  private async again(run: string, until: number): Promise<GotEvent | undefined> {
    const device = this.devices.find(({ transport }) => transport !== 'raw');
    const reply = await device?.retry(run);
    if (!device || reply?.kind !== 'ok' || reply.run === undefined) return undefined;
    return device.follow(reply.run, until);
  }

  private later(work: Promise<unknown>): void {
    const settled = work.catch(() => undefined);
    this.open.add(settled);
    void settled.finally(() => this.open.delete(settled));
  }
}
