import { cleanJson } from '../common/clean-json.js';
import type { FanOut } from '../redis/fan-out.js';
import { type RunNews, sessionChannel } from './run-channel.js';
import type { ClaimedRun, RunEvent, RunEventBody } from './runs.contract.js';
import type { LoggedBody } from './runs.ports.js';
import type { LogEntry } from './runs.repository.js';

/**
 * The log of one run in one epoch: numbers events, joins neighbouring pieces of text that wait together,
 * and shows an event only after it was written.
 */
export class RunLog {
  private waiting: RunEventBody[] = [];
  private inFlight: LoggedBody[] = [];
  private seq = 0;
  private unsure = false;
  private firstText = true;
  private closed = false;
  private idle: (() => void) | undefined;

  constructor(
    readonly run: ClaimedRun,
    private readonly fanOut: FanOut,
    private readonly onLost: () => void,
    private readonly schedule: (log: RunLog, urgent: boolean) => void,
  ) {}

  /** Adds an event. The first text of an answer is written at once, everything else within a tick of the batcher. */
  add(added: RunEventBody): void {
    if (this.closed) return;
    const body = cleanJson(added);
    const last = this.waiting.at(-1);
    if (body.event === 'text.delta' && last?.event === 'text.delta') {
      this.waiting[this.waiting.length - 1] = { event: 'text.delta', text: last.text + body.text };
      return;
    }
    this.waiting.push(body);
    const urgent = this.firstText && body.event === 'text.delta';
    if (urgent) this.firstText = false;
    this.schedule(this, urgent);
  }

  /** For the batcher: what is to be written now. Nothing while an earlier piece is under way. */
  take(): LogEntry[] {
    if (this.unsure) this.unsure = false;
    else if (this.closed || this.inFlight.length > 0) return [];
    else this.inFlight = this.number();
    return this.inFlight.map(({ seq, body }) => ({ runId: this.run.id, epoch: this.run.epoch, seq, body }));
  }

  /** For the batcher: the outcome of writing what was taken. */
  written(accepted: boolean): void {
    const events = this.inFlight;
    this.inFlight = [];
    if (accepted) {
      this.show(events);
      if (!this.closed && this.waiting.length > 0) this.schedule(this, false);
    } else {
      this.closed = true;
      this.onLost();
    }
    this.idle?.();
  }

  /** For the batcher: it is not known whether the piece was written. The very same is tried again. */
  putBack(): void {
    this.unsure = true;
  }

  /**
   * Takes no more events. Waits for the piece under way.
   * Out: what was not written yet, numbered, and the number of the final event.
   */
  async close(): Promise<{ pending: LoggedBody[]; finalSeq: number }> {
    this.closed = true;
    if (this.inFlight.length > 0) await new Promise<void>((resolve) => (this.idle = resolve));
    const pending = this.number();
    return { pending, finalSeq: this.seq + 1 };
  }

  /** Gives events that are in the log to everybody who watches. */
  show(events: readonly LoggedBody[]): void {
    const news: RunNews = {
      kind: 'answer',
      runId: this.run.id,
      events: events.map(({ seq, body }): RunEvent => ({
        ...body,
        session_id: this.run.sessionId,
        run_id: this.run.id,
        epoch: this.run.epoch,
        seq,
      })),
    };
    this.fanOut.publish(sessionChannel(this.run), news);
  }

  private number(): LoggedBody[] {
    const numbered = this.waiting.map((body) => ({ seq: ++this.seq, body }));
    this.waiting = [];
    return numbered;
  }
}
