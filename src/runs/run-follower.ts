import { Injectable } from '@nestjs/common';
import { AsyncQueue } from '../common/async-queue.js';
import { FanOut } from '../redis/fan-out.js';
import { type RunNews, sessionChannel } from './run-channel.js';
import { isFinal, OPEN_STATES, type RunEvent, type RunPosition, type SessionRef } from './runs.contract.js';
import { RunsRepository } from './runs.repository.js';

/** Milliseconds without news after which the log is read again: the fan-out is never trusted alone. */
const RECHECK_AFTER = 3_000;

/** Said instead of an event when the run has ended and its log is gone: the stored message is all there is. */
export const LOG_GONE = Symbol('log gone');

/** Follows one run from a position: first the log, then live, every event once and in order. */
@Injectable()
export class RunFollower {
  constructor(
    private readonly runs: RunsRepository,
    private readonly fanOut: FanOut,
  ) {}

  /**
   * In: whose run, where to begin ((0, 0) for all of the newest epoch), a signal that ends the following.
   * Out: events up to the final one, or LOG_GONE. Leaving ends the following, never the run.
   */
  async *follow(
    session: SessionRef,
    runId: string,
    from: RunPosition,
    signal: AbortSignal,
  ): AsyncGenerator<RunEvent | typeof LOG_GONE> {
    const live = new AsyncQueue<readonly RunEvent[]>();
    const leave = this.fanOut.subscribe(sessionChannel(session), (message) => {
      const news = message as Partial<RunNews>;
      if (news.kind === 'answer' && news.runId === runId && news.events) live.push(news.events);
    });
    try {
      let position = from;
      while (!signal.aborted) {
        const read = await this.runs.eventsAfter(session, runId, position);
        if (!read) return yield LOG_GONE;
        for (const event of read.events) {
          if (signal.aborted) return;
          yield event;
          position = event;
          if (isFinal(event)) return;
        }
        if (read.events.length === 0 && !OPEN_STATES.includes(read.status.state)) return yield LOG_GONE;
        for await (const event of this.liveFrom(live, position, signal)) {
          yield event;
          position = event;
          if (isFinal(event)) return;
        }
      }
    } finally {
      leave();
    }
  }

  /** Live events as long as they follow `position` without a gap; ends where the log must be asked. */
  private async *liveFrom(
    live: AsyncQueue<readonly RunEvent[]>,
    from: RunPosition,
    signal: AbortSignal,
  ): AsyncGenerator<RunEvent> {
    let position = from;
    for (;;) {
      const events = await live.next(RECHECK_AFTER, signal);
      if (!events) return;
      for (const event of events) {
        if (!isAfter(event, position)) continue;
        if (!isNext(event, position)) return;
        yield event;
        position = event;
      }
    }
  }
}

/** True where `event` lies behind `position` in the run's history. */
export function isAfter(event: RunPosition, position: RunPosition): boolean {
  return event.epoch > position.epoch || (event.epoch === position.epoch && event.seq > position.seq);
}

/** True where nothing lies between `position` and `event`. */
export function isNext(event: RunPosition, position: RunPosition): boolean {
  return event.epoch === position.epoch ? event.seq === position.seq + 1 : event.seq === 1;
}
