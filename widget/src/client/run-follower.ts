import { hasGap, isOpen, type Run } from '../state/run.js';
import { ChatError } from './chat-error.js';
import type { Store } from './store.js';
import type { Transport } from './transport.js';
import type { RunState } from './wire.js';

const ATTEMPTS = 5;
const FIRST_WAIT = 400;
const FINAL: readonly RunState[] = ['completed', 'failed', 'cancelled', 'interrupted'];

/** Keeps runs complete: asks for what is missing, from the position that was reached. */
export class RunFollower {
  private readonly busy = new Set<string>();

  constructor(
    private readonly store: Store,
    private readonly transport: () => Transport,
    /** Reads the conversation anew, for a run whose events are gone. */
    private readonly reload: () => Promise<void>,
    private readonly firstWait = FIRST_WAIT,
  ) {}

  /** Asks for the rest of a run; again, with growing pauses, while events are missing. */
  async resume(runId: string): Promise<void> {
    if (this.busy.has(runId)) return;
    this.busy.add(runId);
    try {
      for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
        const state = await this.ask(runId);
        if (!state) return;
        await new Promise((done) => setTimeout(done, this.firstWait * 2 ** attempt));
        const run = this.find(runId);
        if (!run || !hasGap(run)) return await this.settle(run, state);
      }
    } finally {
      this.busy.delete(runId);
    }
  }

  /** Fills gaps that the last event left. */
  check(runId: string): void {
    const run = this.find(runId);
    if (run && hasGap(run)) void this.resume(runId);
  }

  /** After a new connection: every run that is still open goes on from where it stood. */
  resumeAll(): void {
    for (const run of this.store.state.runs) if (isOpen(run)) void this.resume(run.runId);
  }

  private async ask(runId: string): Promise<RunState | null> {
    const run = this.find(runId);
    if (!run) return null;
    try {
      const position = { run_id: runId, epoch: run.epoch, after_seq: run.seq };
      const { state } = await this.transport().request<{ state: RunState }>('run:resume', position);
      return state;
    } catch (thrown) {
      if (!(thrown instanceof ChatError)) throw thrown;
      if (thrown.status !== 0) await this.over(runId, 'interrupted');
      return null;
    }
  }

  /** The service says that the run has ended, yet no event of that came. */
  private async settle(run: Run | undefined, state: RunState): Promise<void> {
    if (run && isOpen(run) && FINAL.includes(state)) await this.over(run.runId, state);
  }

  private async over(runId: string, state: RunState): Promise<void> {
    this.store.dispatch({ type: 'run_over', runId, state });
    await this.reload();
  }

  private find(runId: string): Run | undefined {
    return this.store.state.runs.find((run) => run.runId === runId);
  }
}
