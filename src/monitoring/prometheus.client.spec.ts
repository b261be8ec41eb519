import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SourcesConfig } from '../config/config.js';
import { parseEnv } from '../config/env.schema.js';
import { Prometheus } from './prometheus.client.js';

const servers: Server[] = [];
const never = new AbortController().signal;
const ASKED = { query: 'up{job="a b"}', start: 100, end: 160, step: 30 };

async function prometheus(answer: RequestListener): Promise<Prometheus> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return new Prometheus(new SourcesConfig(parseEnv({ PROMETHEUS_URL: `http://127.0.0.1:${port}/` })));
}

const matrix = (result: unknown) =>
  JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } });

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

describe('Prometheus', () => {
  it('is asked a range, and its figures come with the names of their series', async () => {
    const asked: string[] = [];
    const client = await prometheus((request, response) => {
      asked.push(request.url ?? '');
      response.end(
        matrix([
          {
            metric: { __name__: 'up', job: 'a b' },
            values: [
              [100, '1'],
              [130, 'NaN'],
              [160, '0.5'],
            ],
          },
          {
            metric: {},
            values: [
              [100.5, '+Inf'],
              [100.5, '2e3'],
            ],
          },
        ]),
      );
    });
    expect(await client.range(ASKED, never)).toEqual({
      series: 2,
      points: [
        { at: new Date(100_000), series: 'up{job="a b"}', value: 1 },
        { at: new Date(160_000), series: 'up{job="a b"}', value: 0.5 },
        { at: new Date(100_500), series: 'value', value: 2000 },
      ],
    });
    const [url] = asked;
    expect(url?.split('?')[0]).toBe('/api/v1/query_range');
    expect(Object.fromEntries(new URLSearchParams(url?.split('?')[1]))).toEqual({
      query: ASKED.query,
      ...{ start: '100', end: '160', step: '30' },
    });
  });

  it('is read up to twenty series', async () => {
    const result = Array.from({ length: 30 }, (_, n) => ({ metric: { n: String(n) }, values: [[1, '1']] }));
    const client = await prometheus((_, response) => response.end(matrix(result)));
    const { points, series } = await client.range(ASKED, never);
    expect([points.length, series]).toEqual([20, 30]);
  });

  it('says what it does not understand', async () => {
    const body = { status: 'error', errorType: 'bad_data', error: 'parse error:\nunexpected' };
    const client = await prometheus((_, response) => response.writeHead(400).end(JSON.stringify(body)));
    await expect(client.range(ASKED, never)).rejects.toMatchObject({
      code: 'PROMETHEUS_QUERY_REFUSED',
      detail: expect.stringContaining('parse error: unexpected'),
    });
  });

  it.each<[string, RequestListener]>([
    [
      'leads elsewhere',
      (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/secret' }).end(),
    ],
    ['answers no JSON', (_, response) => response.end('<html>canary')],
    [
      'answers another shape',
      (_, response) => response.end('{"status":"success","data":{"resultType":"vector"}}'),
    ],
    ['answers without end', (_, response) => response.end('x'.repeat(3 * 1024 * 1024))],
    ['hangs up', (request) => request.socket.destroy()],
    ['nests without end', (_, response) => response.end('['.repeat(100_000))],
  ])('gives nothing where it %s', async (_name, answer) => {
    const client = await prometheus(answer);
    const failure = client.range(ASKED, never).catch((error: unknown) => error);
    expect(await failure).toMatchObject({ code: 'PROMETHEUS_UNAVAILABLE' });
    expect(String((await failure) as Error)).not.toMatch(/canary|127\.0\.0\.1/);
  });

  it('is left when the caller stops', async () => {
    const client = await prometheus(() => undefined);
    const stop = new AbortController();
    const reason = new Error('stopped');
    const asked = client.range(ASKED, stop.signal);
    stop.abort(reason);
    await expect(asked).rejects.toBe(reason);
  });
});
