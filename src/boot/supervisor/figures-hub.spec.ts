import { linkPair } from '../../../test/support/ipc-pair.js';
import { eventually } from '../../../test/support/client.js';
import { Supervision } from '../../common/ipc/supervision.js';
import { ConnectionCounter } from '../../monitoring/metrics/connection-counter.js';
import { MetricsText } from '../../monitoring/metrics/metrics-text.js';
import { routesOf } from '../../monitoring/metrics/request-figures.js';
import { Metrics } from '../../monitoring/metrics/metrics.js';
import { NodeFigures } from '../../monitoring/metrics/node-figures.js';
import { FiguresHub } from './figures-hub.js';

function setUp(workers: number) {
  const hub = new FiguresHub(() => 7);
  return Array.from({ length: workers }, () => {
    const { here, there } = linkPair();
    const leave = hub.join(there);
    const supervision = new Supervision(here, undefined);
    const metrics = new Metrics();
    const connections = new ConnectionCounter(metrics, new NodeFigures(supervision));
    return { leave, metrics, connections, text: new MetricsText(metrics, supervision) };
  });
}

describe('what workers say of themselves', () => {
  it('counts sockets over all of them, and not those of a worker that died', async () => {
    const [one, two] = setUp(2);
    one!.connections.inc('socketio');
    two!.connections.inc('websocket');
    two!.connections.inc('websocket');
    await eventually(() => one!.connections.total === 3 && two!.connections.total === 3);
    two!.leave();
    await eventually(() => one!.connections.total === 1);
    expect(one!.connections.total).toBe(1);
  });

  it('adds their metrics up, whoever is asked', async () => {
    const [one, two] = setUp(2);
    one!.metrics.messages.inc({ transport: 'rest', outcome: 'accepted' }, 2);
    two!.metrics.messages.inc({ transport: 'rest', outcome: 'accepted' }, 3);
    two!.metrics.firstToken.observe({ engine: 'local' }, 0.2);
    const text = await one!.text.render();
    expect(text).toContain('chat_messages_total{transport="rest",outcome="accepted"} 5');
    expect(text).toContain('chat_first_token_seconds_count{engine="local"} 1');
    expect(text).toContain('chat_worker_restarts_total 7');
    expect(text).toContain('chat_workers 2');
    expect(await two!.text.render()).toContain('chat_messages_total{transport="rest",outcome="accepted"} 5');
  });

  it('gives them as objects too, from which requests are counted', async () => {
    const [one, two] = setUp(2);
    const labels = { method: 'GET', route: '/health' };
    for (const { metrics } of [one!, two!]) {
      metrics.httpRequests.inc({ ...labels, status: '200' }, 2);
      metrics.httpDuration.observe(labels, 0.02);
    }
    expect(routesOf(await one!.text.read())).toEqual([
      { ...labels, requests: 4, errors: 0, mean: expect.closeTo(20, 6), p95: expect.closeTo(24.25, 6) },
    ]);
  });

  it('leaves out a worker that does not answer', async () => {
    const [one, two] = setUp(2);
    two!.metrics.registry.getMetricsAsJSON = () => new Promise(() => undefined);
    one!.metrics.messages.inc({ transport: 'rest', outcome: 'accepted' }, 2);
    expect(await one!.text.render()).toContain('chat_messages_total{transport="rest",outcome="accepted"} 2');
  });
});
