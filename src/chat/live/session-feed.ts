import { BoundedSet } from '../../common/bounded-set.js';
import type { RunPosition, SessionRef } from '../../runs/runs.contract.js';
import type { WatchedEvent } from '../answers.service.js';
import type { Told } from './live-events.js';
import { type ReadLog, RunFeed } from './run-feed.js';

/** What the devices of a session are shown: its answers without gaps, and what devices tell each other. */
export type SessionNews =
  { readonly kind: 'answer'; readonly runId: string; readonly events: readonly WatchedEvent[] } | Told;

const REMEMBERED_RUNS = 100;
const LONGEST_AGE_MS = 600_000;
const BEGINNING: RunPosition = Object.freeze({ epoch: 0, seq: 0 });

/** A run and the position that somebody was told. */
export type ActiveRun = RunPosition & { readonly runId: string };

/** One session as long as this node shows it to anybody: one feed for all its devices here. */
export class SessionFeed {
  private readonly listeners = new Set<(news: SessionNews) => void>();
  private readonly runs = new Map<string, RunFeed>();
  private readonly ended = new BoundedSet<string>(REMEMBERED_RUNS);
  private readonly announced = new BoundedSet<string>(REMEMBERED_RUNS);
  private readonly begun = performance.now();
  private hasDevices = false;

  constructor(
    readonly session: SessionRef,
    private readonly readLog: (runId: string) => ReadLog,
    /** Called when a run ended whose events did not all come live: the next one may have begun unheard. */
    private readonly onDoubt: (feed: SessionFeed) => void,
  ) {}

  get isEmpty(): boolean {
    return this.listeners.size === 0;
  }

  join(listener: (news: SessionNews) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** For how long this node shows the session, as far back as anything is looked for; milliseconds. */
  get ageMs(): number {
    return Math.min(performance.now() - this.begun, LONGEST_AGE_MS);
  }

  /** Whether the question of this run was told here. */
  knowsQuestion(runId: string): boolean {
    return this.announced.has(runId);
  }

  tell(news: SessionNews): void {
    if (news.kind === 'created') this.announced.add(news.runId);
    for (const listener of this.listeners) listener(news);
  }

  /** Events of a run came live. */
  take(runId: string, events: Parameters<RunFeed['take']>[0]): void {
    if (!this.ended.has(runId)) this.feedOf(runId).take(events);
  }

  /**
   * A device has joined and was told which run is at work, and at which position: from there on nothing may be
   * missing. Who joined before may have seen less of it: for a feed that had devices already the run begins at 0.
   */
  expect(run: ActiveRun | undefined): void {
    const first = !this.hasDevices;
    this.hasDevices = true;
    if (!run || this.ended.has(run.runId)) return;
    if (first || this.runs.has(run.runId)) this.feedOf(run.runId).startAt(run);
    else this.feedOf(run.runId).startAt(BEGINNING);
  }

  /** A run is open here; what of it was missed is read from the log. */
  catchUp(runId: string): void {
    if (!this.ended.has(runId)) this.feedOf(runId).fill();
  }

  /** Looks at the log for everything that was under way. */
  recheck(): void {
    for (const run of this.runs.values()) run.fill();
  }

  close(): void {
    for (const run of this.runs.values()) run.close();
    this.runs.clear();
  }

  private feedOf(runId: string): RunFeed {
    const known = this.runs.get(runId);
    if (known) return known;
    const feed = new RunFeed(
      this.readLog(runId),
      (events) => this.tell({ kind: 'answer', runId, events }),
      (fromLog) => {
        this.runs.delete(runId);
        this.ended.add(runId);
        if (fromLog) this.onDoubt(this);
      },
    );
    this.runs.set(runId, feed);
    return feed;
  }
}
