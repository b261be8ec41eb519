import { linkPair } from '../../../test/support/ipc-pair.js';
import { Supervision } from '../../common/ipc/supervision.js';
import { DrainHub } from './drain-hub.js';

function setUp(workers: number, isStopping = true) {
  const hub = new DrainHub(() => isStopping);
  return Array.from({ length: workers }, () => {
    const { here, there } = linkPair();
    return { leave: hub.join(there), supervision: new Supervision(here, undefined) };
  });
}

const LONG = 60_000;

describe('DrainHub', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());
  const settle = (ms = 10): Promise<void> => jest.advanceTimersByTimeAsync(ms);

  it('keeps a worker that has drained until all have', async () => {
    const [one, two, three] = setUp(3);
    const gone: number[] = [];
    void one!.supervision.allDrained(LONG).then(() => gone.push(1));
    void two!.supervision.allDrained(LONG).then(() => gone.push(2));
    await settle();
    expect(gone).toEqual([]);
    void three!.supervision.allDrained(LONG).then(() => gone.push(3));
    await settle();
    expect(new Set(gone)).toEqual(new Set([1, 2, 3]));
  });

  it('waits for no worker that ended', async () => {
    const [one, two] = setUp(2);
    let gone = false;
    void one!.supervision.allDrained(LONG).then(() => (gone = true));
    await settle();
    expect(gone).toBe(false);
    two!.leave();
    await settle();
    expect(gone).toBe(true);
  });

  it('keeps nobody longer than it can wait', async () => {
    const [one] = setUp(2);
    let gone = false;
    void one!.supervision.allDrained(3_000).then(() => (gone = true));
    await settle(2_900);
    expect(gone).toBe(false);
    await settle(200);
    expect(gone).toBe(true);
  });

  it('lets a worker go that stops alone', async () => {
    const [one] = setUp(2, false);
    let gone = false;
    void one!.supervision.allDrained(LONG).then(() => (gone = true));
    await settle();
    expect(gone).toBe(true);
  });

  it('does not hold a process without a supervisor', async () => {
    await expect(Supervision.none.allDrained(LONG)).resolves.toBeUndefined();
  });
});
