import { Late } from './late.js';

const settle = (): Promise<void> => new Promise((done) => setTimeout(done, 0));

describe('Late', () => {
  it('is fetched once, and tells everybody who waits', async () => {
    const fetch = jest.fn(() => Promise.resolve('drawing'));
    const late = new Late(fetch);
    const told: unknown[] = [];
    late.watch((value) => told.push(value));
    late.watch((value) => told.push(value));
    expect(late.value).toBeUndefined();
    await settle();
    expect(told).toEqual(['drawing', 'drawing']);
    expect(late.value).toBe('drawing');
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  it('tells also who comes when it is there', async () => {
    const late = new Late(() => Promise.resolve('drawing'));
    await late.load();
    const told: unknown[] = [];
    late.watch((value) => told.push(value));
    await settle();
    expect(told).toEqual(['drawing']);
  });

  it('says that it failed, and is fetched again for the next', async () => {
    const answers = [Promise.reject(new Error('offline')), Promise.resolve('drawing')];
    const late = new Late(() => answers.shift()!);
    const told: unknown[] = [];
    late.watch((value) => told.push(value));
    await settle();
    late.watch((value) => told.push(value));
    await settle();
    expect(told).toEqual([undefined, 'drawing']);
  });

  it('tells nothing to who went away', async () => {
    const late = new Late(() => Promise.resolve('drawing'));
    const told: unknown[] = [];
    late.watch((value) => told.push(value))();
    await settle();
    expect(told).toEqual([]);
  });
});
