import { Logger } from '@nestjs/common';
import { repeat } from './repeat.js';

describe('repeat', () => {
  beforeEach(() => {
    jest.useFakeTimers();
    jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
  });
  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  it('works again after a failure, never twice at once, until it is ended', async () => {
    let begun = 0;
    let finish: (error?: Error) => void = () => undefined;
    const end = repeat(1000, () => {
      begun += 1;
      return new Promise<void>((resolve, reject) => {
        finish = (error) => (error ? reject(error) : resolve());
      });
    });
    await jest.advanceTimersByTimeAsync(3500);
    expect(begun).toBe(1);
    finish(new Error('down'));
    await jest.advanceTimersByTimeAsync(1000);
    expect(begun).toBe(2);
    finish();
    end();
    await jest.advanceTimersByTimeAsync(5000);
    expect(begun).toBe(2);
  });
});
