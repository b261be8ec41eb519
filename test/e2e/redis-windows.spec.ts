import { Logger } from '@nestjs/common';
import { HitWindows } from '../../src/redis/hit-windows.js';
import { countFor, IpcWindows } from '../../src/redis/ipc-windows.js';
import { RedisLink } from '../../src/redis/redis-link.js';
import { RedisWindows } from '../../src/redis/redis-windows.js';
import { SharedWindows } from '../../src/redis/shared-windows.js';
import type { Windows } from '../../src/redis/windows.js';
import { eventually } from '../support/client.js';
import { linkPair } from '../support/ipc-pair.js';
import { OwnRedis, sharedRedisUrl } from '../support/redis.js';

Logger.overrideLogger(false);

/** Only a Redis that is away may be counted as silent here, not one on a busy machine. */
const PATIENCE_MS = 30_000;

interface Pair {
  readonly windows: readonly [Windows, Windows];
  close(): void;
}

async function overRedis(url = sharedRedisUrl()): Promise<Pair> {
  const installation = `test-${Math.random()}`;
  const links = [new RedisLink(url, installation), new RedisLink(url, installation)] as const;
  await eventually(() => links.every(({ up }) => up));
  const [one, two] = links.map(
    (link) => new SharedWindows(new RedisWindows(link), () => link.up, PATIENCE_MS),
  );
  return { windows: [one!, two!], close: () => links.forEach((link) => link.close()) };
}

async function overSupervisor(): Promise<Pair> {
  const counted = new HitWindows();
  const [one, two] = [linkPair(), linkPair()].map(({ here, there }) => {
    countFor(there, counted);
    return new SharedWindows(new IpcWindows(here), () => true, PATIENCE_MS);
  });
  return { windows: [one!, two!], close: () => undefined };
}

describe.each([
  ['Redis', overRedis],
  ['the supervisor', overSupervisor],
])('windows of limits over %s', (_name, open) => {
  let pair: Pair;
  beforeEach(async () => (pair = await open()));
  afterEach(() => pair.close());

  it('let exactly the limit through, whichever process is asked', async () => {
    const hits = await Promise.all(
      Array.from({ length: 40 }, (_, index) => pair.windows[index % 2]!.increment('k', 60_000, 25)),
    );
    expect(hits.filter(({ isBlocked }) => !isBlocked)).toHaveLength(25);
    expect(hits.filter(({ isBlocked }) => isBlocked)[0]).toMatchObject({ totalHits: 26 });
  });

  it('let hits out of the window again, and do not count refused ones', async () => {
    const [one, two] = pair.windows;
    await one.increment('k', 400, 1);
    const refused = await two.increment('k', 400, 1);
    expect(refused).toEqual({ totalHits: 2, timeToExpire: 1, isBlocked: true, timeToBlockExpire: 1 });
    await eventually(async () => !(await two.increment('k', 400, 1)).isBlocked);
  });

  it('take a hit back, and show what is there without counting', async () => {
    const [one, two] = pair.windows;
    for (const windows of [one, two]) await windows.increment('k', 60_000, 5);
    one.giveBack('k');
    await eventually(async () => (await two.peek('k')).hits === 1);
    const seen = await two.peek('k');
    expect(seen.oldestLeavesIn).toBeGreaterThan(50_000);
    expect(seen.emptyIn).toBe(seen.oldestLeavesIn);
    expect(await one.peek('another')).toEqual({ hits: 0, oldestLeavesIn: 0, emptyIn: 0 });
  });
});

describe('windows of limits while Redis is away', () => {
  it('allow half in each process, and the whole together again when it is back', async () => {
    const redis = await OwnRedis.start();
    const { windows, close } = await overRedis(redis.url);
    await windows[0].increment('k', 60_000, 10);
    await redis.kill();
    const alone = await Promise.all(Array.from({ length: 10 }, () => windows[0].increment('k', 60_000, 10)));
    expect(alone.filter(({ isBlocked }) => !isBlocked)).toHaveLength(5);
    await redis.restart();
    let attempt = 0;
    await eventually(async () => {
      const key = `after ${(attempt += 1)}`;
      await windows[0].increment(key, 60_000, 10);
      return (await windows[1].peek(key)).hits === 1;
    });
    close();
    await redis.kill();
  });
});
