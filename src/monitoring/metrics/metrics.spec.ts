import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { eventually } from '../../../test/support/client.js';
import { ConnectionCounter } from './connection-counter.js';
import { httpMetrics } from './http-metrics.js';
import { Metrics } from './metrics.js';

const metrics = new Metrics();
let server: Server | undefined;

afterEach(() => {
  server?.close();
  metrics.registry.resetMetrics();
});

describe('the metrics', () => {
  it('come in the text format, with those of the process', async () => {
    metrics.runs.inc({ state: 'completed', engine: 'local' });
    metrics.firstToken.observe({ engine: 'llm' }, 0.3);
    const text = await metrics.render();
    expect(text).toContain('chat_runs_total{state="completed",engine="local"} 1');
    expect(text).toContain('chat_first_token_seconds_bucket{le="0.5",engine="llm"} 1');
    expect(text).toContain('process_cpu_seconds_total');
  });

  it('refuse a label that names a tenant', () => {
    expect(() =>
      metrics.messages.inc({ transport: 'rest', outcome: 'accepted', tenant_id: 't' } as never),
    ).toThrow();
  });

  it('label a request by the pattern of its route, whatever paths are asked for', async () => {
    const app = express();
    app.use(httpMetrics(metrics));
    app.get('/chat/history/:id', (_request, response) => void response.json({}));
    server = createServer(app);
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    for (const path of ['/chat/history/a?token=x', '/chat/history/b', '/nothing/1', '/nothing/2']) {
      await (await fetch(base + path)).text();
    }
    await fetch(`${base}/nothing`, { method: 'PROPFIND' });
    const values = await eventually(async () => {
      const { values: counted } = await metrics.httpRequests.get();
      return counted.reduce((sum, { value }) => sum + value, 0) === 5 && counted;
    });
    expect(values.map(({ labels, value }) => ({ ...labels, value }))).toEqual([
      { method: 'GET', route: '/chat/history/:id', status: '200', value: 2 },
      { method: 'GET', route: 'unmatched', status: '404', value: 2 },
      { method: 'OTHER', route: 'unmatched', status: '404', value: 1 },
    ]);
  });
});

describe('the connection counter', () => {
  it('counts each transport and never falls below none', async () => {
    const counter = new ConnectionCounter(metrics);
    counter.inc('socketio');
    counter.inc('socketio');
    counter.inc('websocket');
    counter.dec('socketio');
    counter.dec('websocket');
    counter.dec('websocket');
    expect(counter.total).toBe(1);
    expect(await metrics.render()).toContain('chat_sockets{transport="socketio"} 1');
  });
});
