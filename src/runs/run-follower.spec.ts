import fc from 'fast-check';
import { claimedRun, textEvents } from '../../test/support/runs.js';
import { MemoryFanOut } from '../redis/memory-fan-out.js';
import { sessionChannel } from './run-channel.js';
import { LOG_GONE, RunFollower } from './run-follower.js';
import type { RunEvent, RunPosition, RunState } from './runs.contract.js';
import type { RunsRepository } from './runs.repository.js';

const run = claimedRun();
const final = (epoch: number, seq: number): RunEvent => ({
  event: 'run.completed',
  message: {},
  session_id: run.sessionId,
  run_id: run.id,
  epoch,
  seq,
});

/** The log as a follower reads it; `stored` grows as the test writes. */
function setUp(stored: RunEvent[], state: () => RunState) {
  const fanOut = new MemoryFanOut();
  const runs = {
    eventsAfter: async (_owner: unknown, _id: string, after: RunPosition) => {
      const epoch = Math.max(0, ...stored.map((event) => event.epoch));
      const events = stored.filter(
        (event) => event.epoch === epoch && event.seq > (after.epoch === epoch ? after.seq : 0),
      );
      return { status: { ...run, state: state(), epoch }, events };
    },
  };
  const say = (...events: RunEvent[]): void =>
    fanOut.publish(sessionChannel(run), { kind: 'answer', runId: run.id, events });
  return { follower: new RunFollower(runs as unknown as RunsRepository, fanOut), say };
}

async function collect(follower: RunFollower, from: RunPosition): Promise<(RunEvent | typeof LOG_GONE)[]> {
  const events: (RunEvent | typeof LOG_GONE)[] = [];
  for await (const event of follower.follow(run, run.id, from, AbortSignal.timeout(8000))) events.push(event);
  return events;
}

describe('following a run', () => {
  it('gives the rest of the log from every position, each event once', async () => {
    const log = [...textEvents(run, 1, 1, ['a', 'b', 'c', 'd']), final(1, 5)];
    const { follower } = setUp(log, () => 'completed');
    for (let seq = 0; seq < 5; seq += 1) {
      expect(await collect(follower, { epoch: 1, seq })).toEqual(log.slice(seq));
    }
  });

  it('begins the newest epoch anew for a reader of an older one', async () => {
    const log = [...textEvents(run, 1, 1, ['old']), ...textEvents(run, 2, 1, ['new']), final(2, 2)];
    const { follower } = setUp(log, () => 'completed');
    expect(await collect(follower, { epoch: 1, seq: 1 })).toEqual(log.slice(1));
  });

  it('says that the log is gone once an ended run was trimmed', async () => {
    const { follower } = setUp([], () => 'completed');
    expect(await collect(follower, { epoch: 1, seq: 3 })).toEqual([LOG_GONE]);
  });

  it('never loses, repeats or reorders when live news is lost, repeated or early', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom('told', 'untold', 'twice'), fc.string({ maxLength: 3 })), {
          minLength: 1,
          maxLength: 15,
        }),
        fc.nat({ max: 5 }),
        async (plan, already) => {
          const events = [
            ...textEvents(
              run,
              1,
              1,
              plan.map(([, text]) => text),
            ),
            final(1, plan.length + 1),
          ];
          const stored = events.slice(0, Math.min(already, plan.length));
          let state: RunState = 'running';
          const { follower, say } = setUp(stored, () => state);
          const reading = collect(follower, { epoch: 0, seq: 0 });
          for (let i = stored.length; i < events.length; i += 1) {
            await new Promise((resolve) => setImmediate(resolve));
            const event = events[i] as RunEvent;
            stored.push(event);
            if (i === events.length - 1) state = 'completed';
            const how = plan[i]?.[0] ?? 'told';
            if (how !== 'untold') say(event);
            if (how === 'twice') say(event);
          }
          expect(await reading).toEqual(events);
        },
      ),
      { numRuns: 30 },
    );
  }, 60_000);

  it('ends without a word when the reader leaves', async () => {
    const { follower } = setUp([], () => 'running');
    const leaving = new AbortController();
    const reading = (async () => {
      for await (const event of follower.follow(run, run.id, { epoch: 0, seq: 0 }, leaving.signal))
        return event;
      return 'left';
    })();
    leaving.abort();
    expect(await reading).toBe('left');
  });
});
