import { AppError } from '../../common/errors/app-error.js';
import { CommonErrors } from '../../common/errors/common.errors.js';
import type { SessionListService } from '../../conversations/session-list.service.js';
import type { DeviceNews } from './live-events.js';
import { TouchedSessions } from './touched-sessions.service.js';

const ANN = { tenantId: 'acme', userId: 'ann' };

function touched(summary: (id: string) => Promise<unknown>) {
  const asked: string[] = [];
  const sessions = {
    summary: (_: unknown, id: string) => {
      asked.push(id);
      return summary(id);
    },
  } as unknown as SessionListService;
  return { asked, service: new TouchedSessions(sessions) };
}

describe('sessions that were touched', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('are looked at once for all devices and all that happened in a moment, after it', async () => {
    const { asked, service } = touched((id) => Promise.resolve({ id }));
    const told: unknown[] = [];
    const [desk, phone] = ['desk', 'phone'].map(
      (name) => (news: DeviceNews) => void told.push([name, news]),
    ) as [(news: DeviceNews) => void, (news: DeviceNews) => void];
    for (const device of [desk, phone, desk]) service.show(ANN, 's', device);
    expect(asked).toEqual([]);
    await jest.advanceTimersByTimeAsync(100);
    expect(asked).toEqual(['s']);
    const news = { kind: 'updated', session: { id: 's' } };
    expect(told).toEqual([
      ['desk', news],
      ['phone', news],
    ]);
    service.show(ANN, 's', desk);
    service.show(ANN, 'other', desk);
    await jest.advanceTimersByTimeAsync(100);
    expect(asked).toEqual(['s', 's', 'other']);
  });

  it('are not shown when they are gone, the database is away, or the service ends', async () => {
    const told: unknown[] = [];
    const failures = [new AppError(CommonErrors.INTERNAL, 'gone'), new Error('database')];
    const { service } = touched(() => Promise.reject(failures.pop() as Error));
    for (let i = 0; i < 2; i += 1) {
      service.show(ANN, 's', (news) => told.push(news));
      await jest.advanceTimersByTimeAsync(100);
    }
    service.show(ANN, 's', (news) => told.push(news));
    service.onApplicationShutdown();
    await jest.advanceTimersByTimeAsync(100);
    expect(told).toEqual([]);
  });
});
