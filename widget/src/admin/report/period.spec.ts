import { periodOf } from './period.js';

it('counts days in UTC, today as the last', () => {
  expect(periodOf(7, Date.parse('2026-03-03T23:59:59Z'))).toEqual({ from: '2026-02-25', to: '2026-03-03' });
  expect(periodOf(1, Date.parse('2026-03-04T00:00:00Z'))).toEqual({ from: '2026-03-04', to: '2026-03-04' });
});
