import { claimedRun, textEvents } from '../../../test/support/runs.js';
import type { RunPosition } from '../../runs/runs.contract.js';
import type { WatchedEvent } from '../answers.service.js';
import { SessionFeed } from './session-feed.js';

const run = claimedRun();
const events = textEvents(run, 1, 1, ['a', 'b', 'c', 'd', 'e', 'f']);

function setUp() {
  const seqs: number[] = [];
  const asked: RunPosition[] = [];
  const readLog = () =>
    async function* (from: RunPosition): AsyncGenerator<WatchedEvent> {
      asked.push(from);
      for (const event of events) if (from.epoch < event.epoch || event.seq > from.seq) yield event;
    };
  const feed = new SessionFeed(run, readLog, () => undefined);
  feed.join((news) => {
    if (news.kind === 'answer') seqs.push(...news.events.map(({ seq }) => seq));
  });
  return { feed, seqs, asked };
}

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
};
const at = (seq: number) => ({ runId: run.id, epoch: 1, seq });

describe('the feed of a session', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('begins where its first device was told that the answer is', async () => {
    const { feed, seqs, asked } = setUp();
    feed.expect(at(3));
    feed.take(run.id, events.slice(3, 5));
    await settle();
    expect([seqs, asked]).toEqual([[4, 5], []]);
  });

  it('begins at the beginning for devices that came before the answer', async () => {
    const { feed, seqs } = setUp();
    feed.expect(undefined);
    feed.expect(at(3));
    feed.take(run.id, events.slice(3, 5));
    await settle();
    expect(seqs).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('goes back for a device that was told less than the first', async () => {
    const { feed, seqs } = setUp();
    feed.expect(at(4));
    feed.expect(at(2));
    await settle();
    expect(seqs).toEqual([3, 4, 5, 6]);
  });

  it('shows nothing of a run again that has ended', async () => {
    const { feed, seqs } = setUp();
    feed.catchUp(run.id);
    await settle();
    feed.take(run.id, events.slice(4));
    feed.catchUp(run.id);
    await settle();
    expect(seqs).toEqual([1, 2, 3, 4, 5, 6]);
  });
});
