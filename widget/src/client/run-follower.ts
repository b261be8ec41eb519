import { hasGap, isOpen, type Run } from '../state/run.js';
import { asChatError } from './failures.js';
import type { Connection } from './connection.js';
import type { Store } from './store.js';
import type { RunState } from './wire.js';

/** Milliseconds without an event after which the service is asked again: the last one may have been lost. */
const SILENCE = 10_000;
/** Milliseconds that a gap may last before it is asked for again, and an ended run before it is believed. */
const GAP = 400;
const LONGEST = 60_000;
const FINAL: readonly RunState[] = ['completed', 'failed', 'cancelled', 'interrupted'];

interface Watch {
  /** Where the run stood at the last look. */
  position: string;
  /** Asked since it was last known to be complete so far. */
  tries: number;
  timer: ReturnType<typeof setTimeout> | undefined;
  /** Counts the questions, so that late answers to former ones are not heeded. */
  asked: number;
}

/** Keeps runs complete: asks for what is missing from the position that was reached, until the end is known. */
export class RunFollower {
  private readonly watches = new Map<string, Watch>();

  constructor(
    private readonly store: Store,
    private readonly connection: Connection,
    /** Reads the conversation anew, for a run whose events are gone. */
    private readonly reload: () => Promise<void>,
  ) {}

  /** Something of the run came: asks for what is missing, and looks again when nothing more comes. */
  check(runId: string): void {
    const run = this.find(runId);
    if (!run || !(isOpen(run) || hasGap(run))) return this.leave(runId);
    const watch = this.watchOf(run);
    const moved = watch.position !== positionOf(run);
    watch.position = positionOf(run);
    if (!hasGap(run)) {
      watch.tries = 0;
      this.look(runId, watch, SILENCE);
    } else if (watch.tries === 0) this.ask(runId);
    else if (moved) this.look(runId, watch, GAP);
  }

  /** A run was found in the history: follows it, unless it is followed already. */
  follow(runId: string): void {
    const run = this.find(runId);
    if (run && isOpen(run) && !this.watches.has(runId)) this.ask(runId);
  }

  /** After a new connection: every run that is not at its end goes on from where it stood. */
  resumeAll(): void {
    for (const run of this.store.state.runs) {
      if (!isOpen(run) && !hasGap(run)) continue;
      this.watchOf(run).tries = 0;
      this.ask(run.runId);
    }
  }

  stop(): void {
    for (const runId of [...this.watches.keys()]) this.leave(runId);
  }

  private ask(runId: string): void {
    const run = this.find(runId);
    if (!run) return this.leave(runId);
    const watch = this.watchOf(run);
    watch.position = positionOf(run);
    watch.tries += 1;
    watch.asked += 1;
    this.look(runId, watch, hasGap(run) ? GAP : SILENCE);
    if (this.connection.connected) void this.request(run, watch, watch.asked);
  }

  private async request(run: Run, watch: Watch, asked: number): Promise<void> {
    const { runId, epoch, seq } = run;
    const current = () => this.watches.get(runId) === watch && watch.asked === asked;
    try {
      const position = { run_id: runId, epoch, after_seq: seq };
      const { state } = await this.connection.request<{ state: RunState }>('run:resume', position);
      if (current() && FINAL.includes(state)) this.settle(runId, watch, state);
    } catch (thrown) {
      const error = asChatError(thrown);
      if (current() && error.status === 404) await this.over(runId, 'interrupted');
    }
  }

  /** The service says that the run has ended: its last events are on their way, or will never come. */
  private settle(runId: string, watch: Watch, state: RunState): void {
    const { position } = watch;
    clearTimeout(watch.timer);
    watch.timer = setTimeout(() => {
      const run = this.find(runId);
      if (!run || !isOpen(run)) return this.check(runId);
      if (positionOf(run) === position && !hasGap(run)) void this.over(runId, state);
      else this.ask(runId);
    }, GAP * 2);
  }

  private async over(runId: string, state: RunState): Promise<void> {
    this.leave(runId);
    this.store.dispatch({ type: 'run_over', runId, state });
    await this.reload();
  }

  private look(runId: string, watch: Watch, wait: number): void {
    clearTimeout(watch.timer);
    const pause = Math.min(LONGEST, wait * 2 ** Math.max(0, watch.tries - 1));
    watch.timer = setTimeout(() => this.ask(runId), pause * (0.75 + Math.random() / 2));
  }

  private leave(runId: string): void {
    clearTimeout(this.watches.get(runId)?.timer);
    this.watches.delete(runId);
  }

  private watchOf(run: Run): Watch {
    const known = this.watches.get(run.runId);
    if (known) return known;
    const watch: Watch = { position: positionOf(run), tries: 0, timer: undefined, asked: 0 };
    this.watches.set(run.runId, watch);
    return watch;
  }

  private find(runId: string): Run | undefined {
    return this.store.state.runs.find((run) => run.runId === runId);
  }
}

const positionOf = ({ epoch, seq }: Run) => `${epoch}/${seq}`;
