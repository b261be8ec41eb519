import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { z } from 'zod';
import { AppError } from '../../common/errors/app-error.js';
import { ConversationsService } from '../../conversations/conversations.service.js';
import { type Signal, Signals } from '../../database/signals.js';
import { FanOut } from '../../redis/fan-out.js';
import { sessionChannel } from '../../runs/run-channel.js';
import type { MissedRun, RunPosition, SessionRef } from '../../runs/runs.contract.js';
import { RunErrors } from '../../runs/runs.errors.js';
import { RunsService } from '../../runs/runs.service.js';
import { AnswersService, type WatchedEvent } from '../answers.service.js';
import { toldChannel } from './live-events.js';
import { type ActiveRun, SessionFeed, type SessionNews } from './session-feed.js';

/** Another node could not pass live events on. */
const MISSED: Signal<null> = { kind: 'missed', schema: z.null() };
/** Milliseconds between two looks for what was missed, and between two signals that something was. */
const LOOK_EVERY = 3_000;
const SAY_EVERY = 1_000;
const SESSIONS_A_QUERY = 1_000;

interface Open {
  readonly feed: SessionFeed;
  readonly leave: () => void;
}

/** The sessions that this node shows to anybody. Where the fan-out lost something they read the log instead. */
@Injectable()
export class SessionFeeds implements OnApplicationShutdown {
  private readonly logger = new Logger('live');
  private readonly open = new Map<string, Open>();
  private readonly doubtful = new Set<SessionFeed>();
  private readonly timer: NodeJS.Timeout;
  private looking = false;
  private lookAgain = false;
  private saidAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly fanOut: FanOut,
    private readonly answers: AnswersService,
    private readonly runs: RunsService,
    private readonly conversations: ConversationsService,
    private readonly signals: Signals,
  ) {
    fanOut.onRestored(() => this.doubtAll());
    fanOut.onLost(() => this.sayMissed());
    signals.on(MISSED, () => this.doubtAll());
    this.timer = setInterval(() => {
      if (!fanOut.state.connected) this.doubtAll();
    }, LOOK_EVERY);
    this.timer.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
    for (const { feed } of this.open.values()) feed.close();
  }

  /** Calls `listener` for what happens in a session until the returned function is called. */
  join(session: SessionRef, listener: (news: SessionNews) => void): () => void {
    const { name } = sessionChannel(session);
    const entry = this.open.get(name) ?? this.begin(name, session);
    const leave = entry.feed.join(listener);
    return () => {
      leave();
      if (!entry.feed.isEmpty || this.open.get(name) !== entry) return;
      this.open.delete(name);
      entry.leave();
      entry.feed.close();
    };
  }

  /** A device that has joined was told what is at work: what follows will come, though live events are lost. */
  expect(session: SessionRef, run: ActiveRun | undefined): void {
    this.open.get(sessionChannel(session).name)?.feed.expect(run);
  }

  private begin(name: string, session: SessionRef): Open {
    const feed = new SessionFeed(
      session,
      (runId) => (from, signal) => this.readLog(session, runId, from, signal),
      (doubtful) => this.doubt([doubtful]),
    );
    const leaves = [
      this.fanOut.subscribe(sessionChannel(session), ({ runId, events }) => feed.take(runId, events)),
      this.fanOut.subscribe(toldChannel(session), (told) => feed.tell(told)),
    ];
    const entry = { feed, leave: () => leaves.forEach((leave) => leave()) };
    this.open.set(name, entry);
    return entry;
  }

  /** A run that is gone altogether ends without a word: its session was deleted. */
  private async *readLog(
    session: SessionRef,
    runId: string,
    from: RunPosition,
    signal: AbortSignal,
  ): AsyncGenerator<WatchedEvent> {
    try {
      const run = await this.runs.statusOf(session, runId);
      yield* this.answers.watch({ ...run, runId }, from, signal);
    } catch (error) {
      if (!(error instanceof AppError && error.code === RunErrors.CHAT_RUN_NOT_FOUND.code)) throw error;
    }
  }

  private sayMissed(): void {
    if (performance.now() - this.saidAt < SAY_EVERY) return;
    this.saidAt = performance.now();
    void this.signals.tell(MISSED, null);
  }

  private doubtAll(): void {
    for (const { feed } of this.open.values()) feed.recheck();
    this.doubt([...this.open.values()].map(({ feed }) => feed));
  }

  private doubt(feeds: readonly SessionFeed[]): void {
    for (const feed of feeds) this.doubtful.add(feed);
    void this.look();
  }

  /** Finds runs that began unheard in the doubtful sessions. One look at a time. */
  private async look(): Promise<void> {
    this.lookAgain = true;
    if (this.looking) return;
    this.looking = true;
    while (this.lookAgain) {
      this.lookAgain = false;
      const feeds = [...this.doubtful].filter((feed) => !feed.isEmpty);
      this.doubtful.clear();
      await this.findOpen(feeds).catch((error: unknown) => {
        this.logger.warn({ err: error }, 'missed answers could not be looked for');
        setTimeout(() => this.doubt(feeds), LOOK_EVERY).unref();
      });
    }
    this.looking = false;
  }

  private async findOpen(feeds: readonly SessionFeed[]): Promise<void> {
    for (let from = 0; from < feeds.length; from += SESSIONS_A_QUERY) {
      const shown = feeds
        .slice(from, from + SESSIONS_A_QUERY)
        .map(({ session, ageMs }) => ({ ...session, ageMs }));
      for (const run of await this.runs.findMissed(shown)) await this.show(run);
    }
  }

  private async show(run: MissedRun): Promise<void> {
    const feed = this.open.get(sessionChannel(run).name)?.feed;
    if (!feed) return;
    if (run.isNew && !feed.knowsQuestion(run.runId)) {
      const message = await this.conversations.findMessage(run, run.questionId);
      if (message) feed.tell({ kind: 'created', message, runId: run.runId, origin: null });
    }
    feed.catchUp(run.runId);
  }
}
