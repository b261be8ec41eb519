import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '../cluster/cluster.js';
import type { Action, GotEvent, Invoked, Transport } from '../record/entries.js';
import type { Recorder } from '../record/recorder.js';
import type { Seeded } from '../seeded.js';
import { openRaw } from './raw-wire.js';
import { Reader } from './reader.js';
import { openSocketIo } from './socketio-wire.js';
import { openSse } from './sse-wire.js';
import type { OpenWire, Question, Reply, Wire } from './wire.js';

const OPENERS: Record<Transport, OpenWire> = { socketio: openSocketIo, raw: openRaw, rest: openSse };
/** Milliseconds without news of an open run after which its log is asked. */
const SILENCE = 4_000;
const LONGEST_PAUSE = 2_000;

export interface DeviceOptions {
  readonly cluster: Cluster;
  readonly recorder: Recorder;
  readonly random: Seeded;
  readonly name: string;
  readonly transport: Transport;
  readonly session: string;
  readonly token: string;
  /** The node of the first connection; any by default. */
  readonly home?: number | undefined;
}

/** One device of a user: connects to any node, comes back with jitter, and follows answers to their end. */
export class Device {
  private readonly readers = new Map<string, Reader>();
  private wire: Wire | undefined;
  private connection = 0;
  private node = 0;
  private connecting: Promise<void> | undefined;
  private closed = false;
  private readonly waiting = new Set<() => void>();
  /** The connection over which the events of a run come by themselves. */
  private readonly heardOn = new Map<string, number>();

  constructor(private readonly options: DeviceOptions) {}

  get transport(): Transport {
    return this.options.transport;
  }

  readerOf(run: string): Reader {
    const reader = this.readers.get(run) ?? new Reader();
    this.readers.set(run, reader);
    return reader;
  }

  /** Sends until it is known what became of it; the same message each time. Out: the run, unless it was refused. */
  async send(question: Question, until: number): Promise<string | undefined> {
    for (;;) {
      const reply = await this.perform('send', { key: question.key, content: question.content }, (wire) =>
        wire.send(question),
      );
      if (reply.kind === 'ok' && reply.run) {
        this.heardOn.set(reply.run, reply.connection);
        return reply.run;
      }
      if (reply.kind !== 'unknown' || Date.now() > until || this.closed) return undefined;
      this.wire?.cut();
      await this.pause();
    }
  }

  stop(run: string): Promise<Reply> {
    return this.perform('stop', { run }, (wire) => wire.stop(run));
  }

  retry(run: string): Promise<Reply> {
    return this.perform('retry', { run }, (wire) => wire.retry(run));
  }

  /** Follows a run to its end: resumes after every cut, gap and silence. Out: its last event; undefined after `until`. */
  async follow(run: string, until: number): Promise<GotEvent | undefined> {
    const reader = this.readerOf(run);
    while (!reader.final) {
      if (Date.now() > until || this.closed) return undefined;
      const before = reader.position;
      if (this.wire?.open !== true || this.heardOn.get(run) !== this.connection) await this.resume(run);
      if (!reader.final) await this.untilNews();
      if (reader.position === before) this.heardOn.delete(run);
    }
    return reader.final;
  }

  /** Breaks the connection, as a lost network does. */
  cut(): void {
    this.wire?.cut();
  }

  /** Leaves for good. */
  close(): void {
    this.closed = true;
    this.wire?.cut();
  }

  /** Connects, to any node, unless there is a connection. Resolves also where there is none to be had. */
  async connect(): Promise<void> {
    if (this.wire?.open) return;
    this.connecting ??= this.open().finally(() => (this.connecting = undefined));
    await this.connecting;
  }

  private async open(): Promise<void> {
    const { cluster, random, transport, session, token } = this.options;
    const anywhere = random.whole(0, cluster.nodes.length - 1);
    this.node = this.connection === 0 ? (this.options.home ?? anywhere) : anywhere;
    this.connection += 1;
    const spot = this.spot();
    try {
      this.wire = await OPENERS[transport](
        { url: cluster.node(this.node).url, token, session },
        {
          onAnswer: (got) => {
            this.options.recorder.add({ ...spot, kind: 'event', got });
            if (this.readerOf(got.run).take(got) === 'gap') this.heardOn.delete(got.run);
            this.tell();
          },
          onCreated: (created) => this.options.recorder.add({ ...spot, kind: 'created', ...created }),
          onClosed: () => this.tell(),
        },
      );
      if (this.closed) this.wire.cut();
    } catch {
      this.wire = undefined;
      await this.pause();
    }
  }

  private async resume(run: string): Promise<void> {
    const from = this.readerOf(run).position;
    const reply = await this.perform('resume', { run, from }, (wire) => wire.resume(run, from));
    if (reply.kind === 'ok') {
      this.heardOn.set(run, reply.connection);
    } else {
      this.wire?.cut();
      await this.pause();
    }
  }

  private spot() {
    const { name: client, transport, session } = this.options;
    return { client, connection: this.connection, node: this.node, transport, session };
  }

  private async perform(
    action: Action,
    more: Partial<Invoked>,
    work: (wire: Wire) => Promise<Reply>,
  ): Promise<Reply & { connection: number }> {
    await this.connect();
    const { wire, connection } = this;
    if (!wire) return { kind: 'unknown', connection };
    const end = this.options.recorder.invoke({ ...this.spot(), action, ...more });
    const reply = await work(wire);
    end(reply);
    return { ...reply, connection };
  }

  /** Wakes everybody who waits for something to happen. */
  private tell(): void {
    for (const wake of this.waiting) wake();
  }

  private async untilNews(): Promise<void> {
    await new Promise<void>((done) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.waiting.delete(wake);
        done();
      };
      const timer = setTimeout(wake, SILENCE);
      this.waiting.add(wake);
    });
  }

  private pause(): Promise<void> {
    return sleep(this.options.random.whole(50, LONGEST_PAUSE));
  }
}
