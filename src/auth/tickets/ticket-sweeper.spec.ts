import { SWEEP_EVERY, TicketSweeper } from './ticket-sweeper.js';

describe('TicketSweeper', () => {
  it('sweeps every minute from the start of the service to its end', async () => {
    jest.useFakeTimers();
    const sweep = jest.fn(() => Promise.resolve());
    const sweeper = new TicketSweeper({ sweep } as never);
    sweeper.onApplicationBootstrap();
    await jest.advanceTimersByTimeAsync(SWEEP_EVERY * 3);
    expect(sweep).toHaveBeenCalledTimes(3);
    sweeper.onApplicationShutdown();
    await jest.advanceTimersByTimeAsync(SWEEP_EVERY * 3);
    expect(sweep).toHaveBeenCalledTimes(3);
    jest.useRealTimers();
  });
});
