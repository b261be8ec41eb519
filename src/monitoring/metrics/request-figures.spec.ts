import { Metrics } from './metrics.js';
import type { MetricFigures } from './metrics-text.js';
import { countsBy, quantile, routesOf } from './request-figures.js';

describe('the figures of requests', () => {
  it('are those of the registry, by route', async () => {
    const metrics = new Metrics();
    const labels = { method: 'GET', route: '/health' };
    metrics.httpRequests.inc({ ...labels, status: '200' }, 3);
    metrics.httpRequests.inc({ ...labels, status: '503' }, 1);
    metrics.httpRequests.inc({ method: 'POST', route: '/chat/message', status: '404' });
    for (const seconds of [0.01, 0.01, 0.01, 0.05]) metrics.httpDuration.observe(labels, seconds);
    const figures = (await metrics.registry.getMetricsAsJSON()) as MetricFigures[];
    const [health, message] = routesOf(figures);
    expect(health).toMatchObject({ ...labels, requests: 4, errors: 1, mean: expect.closeTo(20, 6) });
    expect(health?.p95).toBeCloseTo(45, 6);
    expect(message).toEqual({
      method: 'POST',
      route: '/chat/message',
      requests: 1,
      errors: 0,
      mean: 0,
      p95: null,
    });
    metrics.authFailures.inc({ code: 'A' }, 2);
    metrics.authFailures.inc({ code: 'B' }, 0);
    const counted = (await metrics.registry.getMetricsAsJSON()) as MetricFigures[];
    expect(countsBy(counted, 'auth_failures_total', 'code')).toEqual([{ label: 'A', count: 2 }]);
    expect(countsBy(counted, 'unknown', 'code')).toEqual([]);
  });

  it.each([
    [
      0.5,
      10,
      [
        [1, 5],
        [2, 10],
      ],
      1,
    ],
    [
      0.75,
      10,
      [
        [1, 5],
        [2, 10],
      ],
      1.5,
    ],
    [
      0.95,
      10,
      [
        [1, 5],
        [Infinity, 10],
      ],
      null,
    ],
    [0.5, 0, [[1, 0]], null],
  ] as const)('have the quantile %d of %d as Prometheus estimates it', (share, total, bounds, expected) => {
    expect(
      quantile(
        share,
        total,
        bounds.map(([upTo, count]) => ({ upTo, count })),
      ),
    ).toBe(expected);
  });
});
