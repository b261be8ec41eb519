import { HitWindows } from './hit-windows.js';

const TTL = 60_000;

function clock(): { windows: HitWindows; at: (time: number) => void } {
  let now = 0;
  return {
    windows: new HitWindows(() => now),
    at: (time) => {
      now = time;
    },
  };
}

describe('HitWindows', () => {
  it('lets exactly the limit through within any window', async () => {
    const { windows, at } = clock();
    const passed: number[] = [];
    for (let time = 0; time < 300_000; time += 700) {
      at(time);
      if (!(await windows.increment('k', TTL, 10)).isBlocked) passed.push(time);
    }
    for (const start of passed) {
      expect(passed.filter((time) => time >= start && time < start + TTL).length).toBeLessThanOrEqual(10);
    }
    expect(passed.length).toBe(50);
  });

  it('tells a refused hit how long to wait, and lets it through after that', async () => {
    const { windows, at } = clock();
    await windows.increment('k', TTL, 2);
    at(10_500);
    await windows.increment('k', TTL, 2);
    at(20_200);
    const refused = await windows.increment('k', TTL, 2);
    expect(refused).toEqual({ totalHits: 3, timeToExpire: 40, isBlocked: true, timeToBlockExpire: 40 });
    at(20_200 + refused.timeToBlockExpire * 1000);
    expect((await windows.increment('k', TTL, 2)).isBlocked).toBe(false);
  });

  it('does not count refused hits', async () => {
    const { windows, at } = clock();
    await windows.increment('k', TTL, 1);
    for (let time = 1000; time < TTL; time += 1000) {
      at(time);
      expect((await windows.increment('k', TTL, 1)).isBlocked).toBe(true);
    }
    at(TTL);
    expect((await windows.increment('k', TTL, 1)).isBlocked).toBe(false);
  });

  it('keeps keys apart and takes a hit back', async () => {
    const { windows } = clock();
    await windows.increment('a', TTL, 1);
    expect((await windows.increment('b', TTL, 1)).isBlocked).toBe(false);
    windows.giveBack('a');
    windows.giveBack('a');
    windows.giveBack('unknown');
    expect((await windows.increment('a', TTL, 1)).isBlocked).toBe(false);
    expect((await windows.increment('a', TTL, 1)).isBlocked).toBe(true);
  });

  it('shows a window without counting', async () => {
    const { windows, at } = clock();
    expect(await windows.peek('k')).toEqual({ hits: 0, oldestLeavesIn: 0, emptyIn: 0 });
    await windows.increment('k', TTL, 5);
    at(20_000);
    await windows.increment('k', TTL, 5);
    at(30_000);
    expect(await windows.peek('k')).toEqual({ hits: 2, oldestLeavesIn: 30_000, emptyIn: 50_000 });
    at(61_000);
    expect(await windows.peek('k')).toEqual({ hits: 1, oldestLeavesIn: 19_000, emptyIn: 19_000 });
    at(90_000);
    expect(await windows.peek('k')).toEqual({ hits: 0, oldestLeavesIn: 0, emptyIn: 0 });
  });

  it('forgets keys whose window is empty', async () => {
    const { windows, at } = clock();
    for (let user = 0; user < 1000; user += 1) await windows.increment(`u${user}`, TTL, 5);
    expect(windows.size).toBe(1000);
    at(130_000);
    await windows.increment('other', TTL, 5);
    expect(windows.size).toBe(1);
  });

  it('stays exact over many hits that come and go', async () => {
    const { windows, at } = clock();
    for (let time = 0; time < 400_000; time += 100) {
      at(time);
      expect((await windows.increment('k', TTL, 600)).isBlocked).toBe(false);
    }
    expect((await windows.peek('k')).hits).toBe(600);
  });
});
