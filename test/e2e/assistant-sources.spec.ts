import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningApp, startApp } from '../support/app.js';
import { AUTH_ENV, Client, eventually } from '../support/client.js';

const NOW = Math.floor(Date.now() / 1000);

let service: RunningApp;
let prometheus: Server;
let folder: string;
const asked: string[] = [];
let redirecting = false;

beforeAll(async () => {
  prometheus = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (redirecting) return void response.writeHead(307, { location: '/elsewhere' }).end();
    const result = [
      {
        metric: { __name__: 'up', instance: 'db' },
        values: [
          [NOW - 60, '0'],
          [NOW, '1'],
        ],
      },
      { metric: { __name__: 'up', instance: 'web' }, values: [[NOW, '1']] },
    ];
    response.end(JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } }));
  });
  await new Promise<void>((resolve) => prometheus.listen(0, '127.0.0.1', resolve));
  folder = await mkdtemp(join(tmpdir(), 'knowledge-'));
  await mkdir(join(folder, 'handbook'));
  await writeFile(
    join(folder, 'handbook', 'holidays.md'),
    '# Handbook\n\n## Parental leave\n\nParental leave is 14 weeks.',
  );
  await writeFile(join(folder, 'outside.md'), '# Outside\n\n## Salaries\n\nSalaries of zebrafinches.');
  await symlink(join(folder, 'outside.md'), join(folder, 'handbook', 'link.md'));
  const { port } = prometheus.address() as AddressInfo;
  service = await startApp({
    ...AUTH_ENV,
    PROMETHEUS_URL: `http://127.0.0.1:${port}`,
    KNOWLEDGE_SOURCES: `${join(folder, 'handbook')},${join(folder, 'missing')}`,
  });
});
afterAll(async () => {
  await service?.close();
  prometheus?.closeAllConnections();
  prometheus?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

async function ask(role: string, message: string): Promise<any> {
  const { status, body } = await new Client(service.url, { role }).send(message);
  expect(status).toBe(200);
  return body.ai_response;
}

const points = ({ parts }: any) => parts.find(({ type }: any) => type === 'table')?.rows;

describe('Prometheus in an answer', () => {
  it('is asked what stands between backticks, and its figures are shown', async () => {
    const answer = await ask('super_admin', 'Prometheus: `up{job="x"}`');
    expect(new URLSearchParams(asked.at(-1)?.split('?')[1]).get('query')).toBe('up{job="x"}');
    expect(
      points(answer)
        .map(({ series, value }: any) => [series, value])
        .sort(),
    ).toEqual([
      ['up{instance="db"}', 0],
      ['up{instance="db"}', 1],
      ['up{instance="web"}', 1],
    ]);
    expect(answer.parts.some(({ type }: any) => type === 'chart')).toBe(true);
  });

  it('leads nowhere else, and its failure is told without its address', async () => {
    redirecting = true;
    const before = asked.length;
    const answer = await ask('super_admin', 'Prometheus: `up`');
    redirecting = false;
    expect(answer.content).toContain('Prometheus (PROMETHEUS_URL) gave no figures');
    expect(answer.content).not.toContain('127.0.0.1');
    expect(points(answer)).toBeUndefined();
    expect(asked.slice(before)).toHaveLength(1);
  });

  it.each(['tenant_admin', 'user', 'readonly'])('is never asked for %s', async (role) => {
    const before = asked.length;
    await ask(role, 'Prometheus: `up`');
    expect(asked).toHaveLength(before);
  });
});

describe('documents of the operator', () => {
  it('are quoted with their place, to every role', async () => {
    const found = await eventually(async () => {
      const answer = await ask('readonly', 'How long is parental leave?');
      return answer.parts.find(({ type }: any) => type === 'citation');
    });
    expect(found).toMatchObject({
      title: 'Handbook › Parental leave',
      locator: 'handbook/holidays.md#parental-leave',
      quote: 'Parental leave is 14 weeks.',
    });
    expect(JSON.stringify(found)).not.toContain(folder);
  });

  it('do not lead out of their folder', async () => {
    const answer = await ask('readonly', 'Salaries of zebrafinches');
    expect(answer.content).not.toContain('zebrafinches.');
    expect(answer.parts).toEqual([]);
  });
});
