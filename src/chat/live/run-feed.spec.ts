import fc from 'fast-check';
import { claimedRun, textEvents } from '../../../test/support/runs.js';
import type { RunEvent, RunPosition } from '../../runs/runs.contract.js';
import { isAfter } from '../../runs/run-follower.js';
import type { WatchedEvent } from '../answers.service.js';
import { RunFeed } from './run-feed.js';

const run = claimedRun();
const finalOf = (epoch: number, seq: number): RunEvent => ({
  event: 'run.completed',
  message: {},
  session_id: run.sessionId,
  run_id: run.id,
  epoch,
  seq,
});
const answer = (length: number): RunEvent[] => [
  ...textEvents(
    run,
    1,
    1,
    Array.from({ length: length - 1 }, (_, index) => `w${index} `),
  ),
  finalOf(1, length),
];

/** A feed over a log that is complete from the beginning; `failures` reads of it fail. */
function setUp(log: readonly RunEvent[], failures = 0) {
  const shown: WatchedEvent[] = [];
  const ends: boolean[] = [];
  let reads = 0;
  const readLog = async function* (from: RunPosition): AsyncGenerator<WatchedEvent> {
    reads += 1;
    if (reads <= failures) throw new Error('the database is away');
    for (const event of log) {
      await Promise.resolve();
      if (isAfter(event, from)) yield event;
    }
  };
  const feed = new RunFeed(
    readLog,
    (events) => shown.push(...events),
    (fromLog) => ends.push(fromLog),
  );
  return { feed, shown, ends, reads: () => reads };
}

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 200; turn += 1) await Promise.resolve();
};

describe('the feed of a run', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('passes live events on without asking the log', () => {
    const { feed, shown, ends, reads } = setUp([]);
    const events = answer(5);
    feed.take(events.slice(0, 2));
    feed.take(events.slice(2));
    expect([shown, ends, reads()]).toEqual([events, [false], 0]);
  });

  it('shows every event once and in order, whatever is lost, repeated or late', async () => {
    const live = fc.array(fc.record({ from: fc.nat(11), count: fc.integer({ min: 1, max: 4 }) }), {
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(live, fc.nat(11), async (pieces, told) => {
        const events = answer(12);
        const { feed, shown, ends } = setUp(events);
        feed.startAt({ epoch: 1, seq: told });
        for (const { from, count } of pieces) {
          feed.take(events.slice(from, from + count));
          if (from % 2 === 0) await settle();
        }
        await jest.advanceTimersByTimeAsync(3_100);
        await settle();
        expect(shown).toEqual(events.slice(told));
        expect(ends).toHaveLength(1);
      }),
    );
  });

  it('notices a final event that never came', async () => {
    const events = answer(4);
    const { feed, shown, ends } = setUp(events);
    feed.take(events.slice(0, 3));
    await jest.advanceTimersByTimeAsync(3_100);
    expect([shown, ends]).toEqual([events, [true]]);
  });

  it('asks again where the log cannot be read', async () => {
    const events = answer(4);
    const { feed, shown, reads } = setUp(events, 2);
    feed.take(events.slice(2, 3));
    await jest.advanceTimersByTimeAsync(10_000);
    expect([shown, reads()]).toEqual([events, 3]);
  });

  it('takes a new epoch from its first event, and shows nothing of an older one after it', () => {
    const { feed, shown } = setUp([]);
    const [old, taken] = [textEvents(run, 1, 1, ['a', 'b', 'c']), textEvents(run, 2, 1, ['d'])];
    feed.take(old.slice(0, 2));
    feed.take(taken);
    feed.take(old.slice(2));
    expect(shown).toEqual([...old.slice(0, 2), ...taken]);
  });

  it('is quiet once it is closed', async () => {
    const { feed, shown, reads } = setUp(answer(4));
    feed.take(answer(4).slice(0, 1));
    feed.close();
    await jest.advanceTimersByTimeAsync(10_000);
    expect([shown.length, reads()]).toEqual([1, 0]);
  });
});
