import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../support/client.js';
import { check } from '../check/check.js';
import { type Limits, PROMISED, type Violation } from '../check/facts.js';
import { Conversation, type Habits, USUAL } from '../clients/conversation.js';
import type { ChaosNode } from '../cluster/chaos-node.js';
import type { Cluster } from '../cluster/cluster.js';
import { runsOf, watchTakeovers } from '../cluster/lost-runs.js';
import type { Entry } from '../record/entries.js';
import { Recorder } from '../record/recorder.js';
import { readRows, type Rows } from '../record/rows.js';
import { Seeded } from '../seeded.js';

const FOLDER = join(resolve(__dirname, '../../..'), '.cache', 'chaos');
/** Milliseconds in which every run ends once nobody breaks anything: a run's time, a takeover and some more. */
const SETTLE_LIMIT = 120_000;
/** Milliseconds for what a node had sent to PostgreSQL before it was lost: a run that it accepts then is lost as well. */
const UNDER_WAY = 100;
const FINAL_STATES = "('completed', 'failed', 'cancelled', 'interrupted')";

export interface Outcome {
  readonly violations: readonly Violation[];
  readonly rows: Rows;
  readonly recorder: Recorder;
}

export interface FinishOptions {
  readonly limits?: Limits;
  /** Keeps the record of a round with violations in .cache/chaos. */
  readonly keep?: boolean;
}

/** One round of chaos on a cluster: people talk, something breaks, then everything is checked. */
export class Round {
  readonly recorder = new Recorder();
  readonly random: Seeded;
  private readonly tenant: string;
  private readonly conversations: Conversation[] = [];
  private readonly talking: Promise<void>[] = [];
  private readonly watching: Promise<void>[] = [];
  private over = false;

  constructor(
    readonly cluster: Cluster,
    readonly name: string,
    readonly seed: number,
  ) {
    this.random = Seeded.of(`${seed} ${name}`);
    this.tenant = this.random.id('t');
  }

  /** A new user with a new session; what it does is up to the caller. */
  converse(habits: Partial<Habits> = {}): Conversation {
    const more = { ...USUAL, ...habits };
    const conversation = new Conversation(this.cluster, this.recorder, this.random.fork(), more, this.tenant);
    this.conversations.push(conversation);
    return conversation;
  }

  /** So many users begin to talk and go on until the round is finished. */
  talk(users: number, habits: Partial<Habits> = {}): void {
    for (let user = 0; user < users; user += 1) {
      this.talking.push(this.converse(habits).talk(() => this.over));
    }
  }

  /** Notes that something is broken on purpose. */
  note(name: string, node?: ChaosNode): void {
    this.recorder.add({ kind: 'fault', name, ...(node ? { node: node.index } : {}) });
  }

  /** Loses a node the way that `lose` does it, and watches who takes its runs over. Out: how many it had. */
  async lose(name: string, node: ChaosNode, lose: () => Promise<void> | void): Promise<number> {
    const { pid } = node;
    const before = await runsOf(this.cluster.database, pid);
    this.note(name, node);
    const begun = performance.now();
    await lose();
    await sleep(UNDER_WAY);
    const after = await runsOf(this.cluster.database, pid);
    const lost = new Map([...after, ...before].map(({ id, epoch }) => [id, epoch]));
    this.watching.push(watchTakeovers(this.cluster.database, this.recorder, lost, begun));
    return lost.size;
  }

  /** Waits until so many operations were acknowledged. */
  acknowledged(count: number): Promise<void> {
    return this.until('ok', count);
  }

  /** Waits until so many events were shown. */
  shown(count: number): Promise<void> {
    return this.until('event', count);
  }

  /** Waits until each run that was lost so far has been taken over. */
  async takenOver(): Promise<void> {
    await Promise.all(this.watching);
  }

  /** Lets everybody finish, waits until nothing works any more, and checks. A record with violations is kept. */
  async finish({ limits = PROMISED, keep = true }: FinishOptions = {}): Promise<Outcome> {
    this.over = true;
    await Promise.all([...this.talking, ...this.watching]);
    await Promise.all(this.conversations.map((conversation) => conversation.settle()));
    await this.settle();
    await this.readHistories();
    for (const conversation of this.conversations) conversation.close();
    for (const [nonce, count] of this.cluster.model.calls) this.recorder.add({ kind: 'calls', nonce, count });
    this.cluster.model.calls.clear();
    const rows = await readRows(this.cluster.database, this.tenant);
    const own = new Set(rows.runs.map(({ id }) => id));
    for (const { run, step } of this.cluster.effects)
      if (own.has(run)) this.recorder.add({ kind: 'changed', run, step });
    const violations = check(this.recorder.entries, rows, limits);
    if (keep && violations.length > 0) {
      const name = `${this.name.replaceAll(/\W+/g, '-')}-${this.seed}`;
      const { messages, runs } = rows;
      this.recorder.keep(FOLDER, name, { seed: this.seed, violations }, { messages }, { runs });
    }
    return { violations, rows, recorder: this.recorder };
  }

  private async until(kind: Entry['kind'], count: number): Promise<void> {
    await eventually(() => this.recorder.entries.filter((entry) => entry.kind === kind).length >= count);
  }

  private async settle(): Promise<void> {
    const open = `SELECT count(*)::int AS runs FROM chat_runs WHERE tenant_id = $1 AND state NOT IN ${FINAL_STATES}`;
    for (const until = Date.now() + SETTLE_LIMIT; Date.now() < until; await sleep(200)) {
      const { rows } = await this.cluster.database.query<{ runs: number }>(open, [this.tenant]);
      if (rows[0]?.runs === 0) return;
    }
  }

  private async readHistories(): Promise<void> {
    for (const { session, token } of this.conversations) {
      for (const node of this.cluster.alive) {
        const response = await fetch(`${node.url}/chat/history/${session}?limit=200`, {
          headers: { Authorization: `Bearer ${token}` },
        });
        const body = (await response.json()) as { session?: { messages: Message[] } };
        const messages = body.session?.messages.map(({ id, type, position, content }) => ({
          id,
          type,
          position,
          content,
        }));
        if (messages) this.recorder.add({ kind: 'history', node: node.index, session, messages });
      }
    }
  }
}

interface Message {
  readonly id: string;
  readonly type: string;
  readonly position: number;
  readonly content: string;
}
