import { createServer } from 'node:net';
import pg from 'pg';
import { HealthReport, Probe, ServiceInfo } from '../../src/monitoring/health/health.contract.js';
import { Readiness } from '../../src/monitoring/health/readiness.js';
import { type RunningApp, startApp, startOpenApp } from '../support/app.js';
import { AUTH_ENV, Client, eventually } from '../support/client.js';

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function ask(app: RunningApp, path: string): Promise<{ status: number; body: any; headers: Headers }> {
  const response = await fetch(app.url + path);
  return { status: response.status, body: await response.json(), headers: response.headers };
}

/** Lets nobody into the database any more and ends who is in it. */
async function cutOff(databaseUrl: string): Promise<void> {
  const name = new URL(databaseUrl).pathname.slice(1);
  const admin = new URL(databaseUrl);
  admin.pathname = '/postgres';
  const client = new pg.Client({ connectionString: admin.href });
  await client.connect();
  await client.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
  await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
  await client.end();
}

describe('a service with a database alone', () => {
  let app: RunningApp;

  beforeAll(async () => {
    app = await startApp(AUTH_ENV);
  });
  afterAll(() => app?.close());

  it('says which service it is', async () => {
    const { status, body } = await ask(app, '/');
    expect(status).toBe(200);
    expect(ServiceInfo.strict().parse(body)).toMatchObject({
      status: 'healthy',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      supported_roles: ['super_admin', 'tenant_admin', 'user', 'readonly'],
    });
  });

  it('is healthy, and names each neighbour that is not configured', async () => {
    const { status, body, headers } = await ask(app, '/health');
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(HealthReport.strict().parse(body)).toMatchObject({
      status: 'healthy',
      database: { status: 'up' },
      redis: { status: 'not_configured' },
      auth_service: { status: 'not_configured' },
      crew_ai: { status: 'not_configured' },
      mcp: { status: 'not_configured' },
      llm: { status: 'not_configured' },
      websocket_connections: 0,
      chat_processor: { status: 'up', running: 0 },
    });
  });

  it.each(['/health/live', '/health/ready', '/health/startup'])('answers %s', async (path) => {
    const { status, body } = await ask(app, path);
    expect(status).toBe(200);
    expect(Probe.strict().parse(body).status).toBe('up');
  });

  it('counts its open sockets', async () => {
    const raw = await new Client(app.url).raw('counted');
    try {
      expect(await eventually(async () => (await ask(app, '/health')).body.websocket_connections)).toBe(1);
    } finally {
      raw.close();
    }
  });
});

describe('a service whose neighbours are gone', () => {
  it('starts, is degraded with 200, and tells no address', async () => {
    const port = await closedPort();
    const app = await startApp({
      REDIS_URL: `redis://:canary@127.0.0.1:${port}/0`,
      AUTH_SERVICE_URL: `http://127.0.0.1:${port}`,
      CREW_AI_SERVICE_URL: `http://127.0.0.1:${port}`,
    });
    try {
      const { status, body } = await ask(app, '/health');
      expect(status).toBe(200);
      expect(body).toMatchObject({
        status: 'degraded',
        database: { status: 'up' },
        redis: { status: 'down' },
        auth_service: { status: 'down' },
        crew_ai: { status: 'down' },
      });
      expect(JSON.stringify(body)).not.toMatch(/127\.0\.0\.1|canary|ECONN/);
      expect((await ask(app, '/health/ready')).status).toBe(200);
    } finally {
      await app.close();
    }
  });
});

describe('a service that should get no new work', () => {
  it('is not ready while draining, yet alive', async () => {
    const app = await startOpenApp();
    try {
      app.app.get(Readiness, { strict: false }).startDraining();
      expect(await ask(app, '/health/ready')).toMatchObject({
        status: 503,
        body: { status: 'down', reason: 'draining' },
      });
      expect((await ask(app, '/health/live')).status).toBe(200);
    } finally {
      await app.close();
    }
  });

  it('is unhealthy and not ready without its database, yet alive', async () => {
    const app = await startApp();
    try {
      await cutOff(app.databaseUrl);
      await new Promise((resolve) => setTimeout(resolve, 600));
      expect(await ask(app, '/health')).toMatchObject({
        status: 503,
        body: { status: 'unhealthy', database: { status: 'down' } },
      });
      expect(await ask(app, '/health/ready')).toMatchObject({ status: 503, body: { reason: 'database' } });
      expect((await ask(app, '/health/live')).status).toBe(200);
    } finally {
      await app.close();
    }
  });
});
