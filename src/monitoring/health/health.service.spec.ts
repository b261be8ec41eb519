import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HealthIndicatorService, type TypeOrmHealthIndicator } from '@nestjs/terminus';
import { AuthConfig, RedisConfig } from '../../config/config.js';
import { buildCrews } from '../../../test/support/crews.js';
import { parseEnv } from '../../config/env.schema.js';
import type { ProviderState } from '../../llm/llm-status.js';
import { ConnectionCounter } from '../metrics/connection-counter.js';
import { LoadGauge } from '../metrics/load-gauge.js';
import { Metrics } from '../metrics/metrics.js';
import { HealthReport, Probe } from './health.contract.js';
import { HealthService } from './health.service.js';
import { NeighbourProbe } from './neighbour-probe.js';
import { Neighbours } from './neighbours.js';
import { ReportedNeighbours } from './reported-neighbours.js';
import { Readiness } from './readiness.js';

const servers: Server[] = [];

async function neighbour(status: number): Promise<{ url: string; asked: () => number }> {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    response.writeHead(status).end('{"secret":"canary"}');
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked: () => asked };
}

interface Setting {
  mcp?: 'up' | 'down';
  database?: () => Promise<void>;
  env?: Record<string, string>;
  redis?: boolean;
  providers?: ProviderState[];
}

function health(setting: Setting = {}) {
  const indicators = new HealthIndicatorService();
  const typeorm = {
    pingCheck: (key: string) => indicators.check(key).attempt(setting.database ?? (async () => undefined)),
  } as unknown as TypeOrmHealthIndicator;
  const env = parseEnv({ ENV: 'test', ...setting.env });
  const reported = new ReportedNeighbours();
  if (setting.mcp) reported.report('mcp', () => setting.mcp ?? 'up');
  const neighbours = new Neighbours(
    new NeighbourProbe(indicators, typeorm),
    { ping: async () => setting.redis ?? true } as never,
    new RedisConfig(env),
    new AuthConfig(env),
    buildCrews(setting.env ?? {}).crews,
    reported,
  );
  const readiness = new Readiness();
  const llm = { providers: () => setting.providers ?? [] };
  const connections = new ConnectionCounter(new Metrics());
  const load = new LoadGauge();
  return {
    service: new HealthService(neighbours, readiness, llm, connections, load),
    readiness,
    connections,
    load,
  };
}

async function down(): Promise<void> {
  throw new Error('connect ECONNREFUSED db.internal:5432 password=canary');
}

afterEach(() => servers.splice(0).forEach((server) => server.close()));

describe('the health report', () => {
  it('is healthy with a database alone: what is not configured does not degrade', async () => {
    const { service, connections, load } = health();
    connections.inc('websocket');
    load.running = 1;
    const report = HealthReport.strict().parse(await service.report());
    expect(report).toMatchObject({
      status: 'healthy',
      database: { status: 'up' },
      redis: { status: 'not_configured' },
      auth_service: { status: 'not_configured' },
      crew_ai: { status: 'not_configured' },
      mcp: { status: 'not_configured' },
      llm: { status: 'not_configured' },
      websocket_connections: 1,
      chat_processor: { status: 'up', running: 1 },
    });
  });

  it('says that a draining process takes no new answers', async () => {
    const { service, readiness } = health();
    readiness.onApplicationBootstrap();
    readiness.startDraining();
    expect(await service.report()).toMatchObject({ status: 'degraded', chat_processor: { status: 'down' } });
  });

  it('is unhealthy without the database, and tells no host', async () => {
    const report = await health({ database: down }).service.report();
    expect(report).toMatchObject({ status: 'unhealthy', database: { status: 'down' } });
    expect(JSON.stringify(report)).not.toMatch(/canary|db\.internal|ECONNREFUSED/);
  });

  it.each([
    ['up', 'healthy'],
    ['down', 'degraded'],
  ] as const)('takes what a feature reports of its neighbour (%s)', async (mcp, status) => {
    expect(await health({ mcp }).service.report()).toMatchObject({ status, mcp: { status: mcp } });
  });

  it.each([
    ['the auth service', 'auth_service', 'AUTH_SERVICE_URL'],
    ['the Crew service', 'crew_ai', 'CREW_AI_SERVICE_URL'],
  ] as const)(
    'asks %s at /health, once in 5 s, and is degraded when it fails',
    async (_name, key, variable) => {
      const well = await neighbour(200);
      const good = health({ env: { [variable]: `${well.url}/` } }).service;
      expect((await good.report())[key]).toMatchObject({ status: 'up', response_time: expect.any(Number) });
      expect((await good.report()).status).toBe('healthy');
      expect(well.asked()).toBe(1);
      const ill = await neighbour(503);
      const report = await health({ env: { [variable]: ill.url } }).service.report();
      expect(report).toMatchObject({ status: 'degraded', [key]: { status: 'down' } });
      expect(JSON.stringify(report)).not.toMatch(/canary|127\.0\.0\.1/);
    },
  );

  it('gives up on a silent neighbour after 2 s', async () => {
    const silent = createServer(() => undefined);
    servers.push(silent);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const started = Date.now();
    const report = await health({ env: { CREW_AI_SERVICE_URL: url } }).service.report();
    expect(report).toMatchObject({ status: 'degraded', crew_ai: { status: 'down' } });
    expect(Date.now() - started).toBeLessThan(3000);
    silent.closeAllConnections();
  });

  it('is degraded when a configured Redis is gone', async () => {
    const report = await health({ env: { REDIS_URL: 'redis://cache:6379' }, redis: false }).service.report();
    expect(report).toMatchObject({ status: 'degraded', redis: { status: 'down' } });
  });

  it.each([
    [['up', 'down'], 'up'],
    [['unknown', 'not_configured'], 'up'],
    [['down', 'not_configured'], 'down'],
    [['not_configured', 'not_configured'], 'not_configured'],
  ] as const)('tells the models from %j as %s', async (states, expected) => {
    const providers = states.map((state, index) => ({
      name: index ? ('anthropic' as const) : ('openai' as const),
      model: 'm',
      state,
    }));
    const report = await health({ providers }).service.report();
    expect(report.llm.status).toBe(expected);
    expect(report.status).toBe(expected === 'down' ? 'degraded' : 'healthy');
  });
});

describe('the probes', () => {
  it('are ready after the start, and not while draining', async () => {
    const { service, readiness } = health();
    expect(service.startup()).toMatchObject({ status: 'down', reason: 'starting' });
    expect(await service.ready()).toMatchObject({ status: 'down', reason: 'starting' });
    readiness.onApplicationBootstrap();
    expect(service.startup()).toMatchObject({ status: 'up' });
    expect(Probe.strict().parse(await service.ready())).toMatchObject({ status: 'up' });
    readiness.startDraining();
    expect(await service.ready()).toMatchObject({ status: 'down', reason: 'draining' });
    expect(service.live()).toMatchObject({ status: 'up' });
    expect(service.startup()).toMatchObject({ status: 'up' });
  });

  it('are not ready without the database, yet alive', async () => {
    const { service, readiness } = health({ database: down });
    readiness.onApplicationBootstrap();
    expect(await service.ready()).toMatchObject({ status: 'down', reason: 'database' });
    expect(service.live()).toMatchObject({ status: 'up' });
  });
});
