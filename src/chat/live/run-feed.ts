import type { RunEvent, RunPosition } from '../../runs/runs.contract.js';
import { isFinal } from '../../runs/runs.contract.js';
import { isAfter, isNext } from '../../runs/run-follower.js';
import type { WatchedEvent } from '../answers.service.js';

/** Milliseconds without news after which the log is asked: live events are never trusted alone. */
const RECHECK_AFTER = 3_000;

/** Reads a run's events after a position from the log, then live; ends after the last. Throws where the log cannot be read. */
export type ReadLog = (from: RunPosition, signal: AbortSignal) => AsyncIterable<WatchedEvent>;

/**
 * The events of one run on their way to the devices of this node: each once and in order. Live events are passed
 * on as long as they follow each other; at a gap, and after a silence, the log takes over to the end of the run.
 */
export class RunFeed {
  private position: RunPosition = { epoch: 0, seq: 0 };
  private origin: RunPosition | undefined;
  private readonly ending = new AbortController();
  private reading = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly readLog: ReadLog,
    private readonly show: (events: readonly WatchedEvent[]) => void,
    /** Called after the last event, with whether the log had to be read. */
    private readonly onEnd: (fromLog: boolean) => void,
  ) {}

  /** Everything up to `position` was shown by other means. Somebody who saw less than was assumed gets the rest again. */
  startAt(position: RunPosition): void {
    if (!this.origin) {
      this.origin = position;
      if (isAfter(position, this.position)) this.position = position;
    } else if (isAfter(this.origin, position)) {
      this.origin = this.position = position;
      this.fill();
    }
    this.expectNews();
  }

  /** Live events came. */
  take(events: readonly RunEvent[]): void {
    if (this.reading || this.ending.signal.aborted) return;
    this.origin ??= this.position;
    const fitting: RunEvent[] = [];
    let gap = false;
    for (const event of events) {
      if (!isAfter(event, this.position)) continue;
      gap = !isNext(event, this.position);
      if (gap) break;
      fitting.push(event);
      this.position = event;
    }
    if (fitting.length > 0) this.show(fitting);
    const last = fitting.at(-1);
    if (last && isFinal(last)) this.end(false);
    else if (gap) this.fill();
    else this.expectNews();
  }

  /** Reads the log to the end of the run, unless that is under way. */
  fill(): void {
    if (this.reading || this.ending.signal.aborted) return;
    this.reading = true;
    this.origin ??= this.position;
    clearTimeout(this.timer);
    this.follow().then(
      (ended) => ended && this.end(true),
      () => {
        this.reading = false;
        this.expectNews();
      },
    );
  }

  close(): void {
    clearTimeout(this.timer);
    this.ending.abort();
  }

  private async follow(): Promise<boolean> {
    const { signal } = this.ending;
    for await (const event of this.readLog(this.position, signal)) {
      if (signal.aborted) return false;
      this.position = event;
      this.show([event]);
    }
    return !signal.aborted;
  }

  private end(fromLog: boolean): void {
    this.close();
    this.onEnd(fromLog);
  }

  private expectNews(): void {
    clearTimeout(this.timer);
    if (this.ending.signal.aborted) return;
    this.timer = setTimeout(() => this.fill(), RECHECK_AFTER);
    this.timer.unref();
  }
}
