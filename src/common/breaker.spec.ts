import { BrokenCircuitError } from 'cockatiel';
import { Breaker } from './breaker.js';
import { AppError } from './errors/app-error.js';
import { CommonErrors } from './errors/common.errors.js';

const down = new AppError(CommonErrors.UNAVAILABLE, 'Down.');
const refused = new AppError(CommonErrors.BAD_REQUEST, 'No.');
const stopped = new DOMException('Stopped', 'AbortError');
const fail = (error: Error) => () => Promise.reject(error);

describe('a breaker', () => {
  let breaker: Breaker;
  let now: number;

  beforeEach(() => {
    now = Date.now();
    jest.spyOn(Date, 'now').mockImplementation(() => now);
    breaker = new Breaker({ failures: 2, pause: 1000 }, (error) => error.code === 'UNAVAILABLE');
  });
  afterEach(() => jest.restoreAllMocks());

  const open = async () => {
    await expect(breaker.execute(fail(down))).rejects.toBe(down);
    await expect(breaker.execute(fail(down))).rejects.toBe(down);
  };

  it('spares the neighbour for a while after failures in a row', async () => {
    await open();
    expect(breaker.sparing).toBe(true);
    const call = jest.fn();
    await expect(breaker.execute(call)).rejects.toBeInstanceOf(BrokenCircuitError);
    expect(call).not.toHaveBeenCalled();
    now += 1000;
    expect(breaker.sparing).toBe(false);
    await expect(breaker.execute(() => Promise.resolve('well'))).resolves.toBe('well');
  });

  it('counts neither refusals nor stops', async () => {
    for (let i = 0; i < 5; i += 1)
      await breaker.execute(fail(i % 2 ? refused : stopped)).catch(() => undefined);
    expect(breaker.sparing).toBe(false);
  });

  it('lets one call test the neighbour, and no other wait for it', async () => {
    await open();
    now += 1000;
    let end: (value: string) => void = () => undefined;
    const test = breaker.execute(() => new Promise<string>((resolve) => (end = resolve)));
    await expect(breaker.execute(() => Promise.resolve('x'))).rejects.toBeInstanceOf(BrokenCircuitError);
    end('well');
    await expect(test).resolves.toBe('well');
    await expect(breaker.execute(() => Promise.resolve('x'))).resolves.toBe('x');
  });

  it('stays open where the test was stopped', async () => {
    await open();
    now += 1000;
    await expect(breaker.execute(fail(stopped))).rejects.toBe(stopped);
    expect(breaker.sparing).toBe(true);
  });
});
