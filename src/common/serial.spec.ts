import { Serial } from './serial.js';

describe('tasks of one connection', () => {
  it('run in the order given, also after a failure', async () => {
    const serial = new Serial();
    const done: number[] = [];
    const slow = (n: number) => async (): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 5 - n));
      done.push(n);
    };
    const failing = serial.run(async () => Promise.reject(new Error('x')));
    await Promise.all([
      expect(failing).rejects.toThrow('x'),
      serial.run(slow(1)),
      serial.run(slow(2)),
      serial.run(slow(3)),
    ]);
    expect(done).toEqual([1, 2, 3]);
  });

  it('are refused when too many wait, and taken again afterwards', async () => {
    const serial = new Serial();
    const results = await Promise.allSettled(Array.from({ length: 50 }, () => serial.run(async () => 'ok')));
    const refused = results.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(18);
    expect(await serial.run(() => 'again')).toBe('again');
  });
});
