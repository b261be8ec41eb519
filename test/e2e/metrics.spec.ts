import { type RunningApp, startApp } from '../support/app.js';
import { AUTH_ENV, Client, eventually, RawClient } from '../support/client.js';

const TOKEN = 'a-metrics-token-for-this-test';
const PRODUCTION = { ENV: 'production', JWT_SECRET: 'a secret of more than thirty-two bytes, made for this' };

async function read(
  app: RunningApp,
  token?: string,
): Promise<{ status: number; text: string; headers: Headers }> {
  const response = await fetch(
    `${app.url}/metrics`,
    token ? { headers: { Authorization: `Bearer ${token}` } } : {},
  );
  return { status: response.status, text: await response.text(), headers: response.headers };
}

async function within(env: Record<string, string>, work: (app: RunningApp) => Promise<void>): Promise<void> {
  const app = await startApp(env);
  try {
    await work(app);
  } finally {
    await app.close();
  }
}

describe('GET /metrics', () => {
  it('counts requests by the pattern of their route, without ids', () =>
    within({}, async (app) => {
      await fetch(`${app.url}/chat/history/canary-session?token=canary-token`);
      await fetch(`${app.url}/canary-path`);
      await fetch(`${app.url}/health/live`);
      const { status, text, headers } = await read(app);
      expect(status).toBe(200);
      expect(headers.get('content-type')).toContain('text/plain');
      expect(text).toMatch(
        /http_requests_total\{method="GET",route="\/chat\/history\/:\w+",status="401"\} 1/,
      );
      expect(text).toContain('http_requests_total{method="GET",route="/health/live",status="200"} 1');
      expect(text).toContain('http_requests_total{method="GET",route="unmatched",status="404"} 1');
      expect(text).toContain('process_cpu_seconds_total');
      expect(text).not.toContain('canary');
    }));

  it('counts refused identities by their code, over every transport', () =>
    within(AUTH_ENV, async (app) => {
      const bad = 'canary.token.x';
      await fetch(`${app.url}/chat/sessions`, { headers: { Authorization: `Bearer ${bad}` } });
      await fetch(`${app.url}/chat/sessions`);
      await new Client(app.url, { role: 'agent' }).get('/chat/sessions');
      await new Client(app.url, { role: 'agent' }).socket().catch(() => undefined);
      const ws = app.url.replace('http', 'ws');
      for (const query of [`token=${bad}`, `ticket=${'x'.repeat(43)}`, 'ticket=x']) {
        const raw = new RawClient(`${ws}/chat/ws/s?${query}`);
        await eventually(() => raw.closed);
      }
      const { text } = await read(app);
      const counted = text.match(/^auth_failures_total\{.*$/gm)?.sort();
      expect(counted).toEqual([
        'auth_failures_total{code="AUTH_INVALID_TOKEN"} 2',
        'auth_failures_total{code="AUTH_REQUIRED"} 1',
        'auth_failures_total{code="AUTH_ROLE_REFUSED"} 2',
        'auth_failures_total{code="AUTH_TICKET_REFUSED"} 2',
      ]);
      expect(text).not.toContain('canary');
    }));

  it('needs METRICS_TOKEN where one is set', () =>
    within({ METRICS_TOKEN: TOKEN }, async (app) => {
      for (const token of [undefined, `${TOKEN}x`, TOKEN.slice(1)]) {
        const { status, text, headers } = await read(app, token);
        expect(status).toBe(401);
        expect(headers.get('content-type')).toContain('application/problem+json');
        expect(JSON.parse(text)).toMatchObject({ code: 'METRICS_TOKEN_REFUSED', status: 401 });
      }
      expect((await read(app, TOKEN)).status).toBe(200);
    }));

  it.each([
    ['where metrics are off', { ENABLE_METRICS: 'false' }],
    ['in production without a token', PRODUCTION],
  ])('is not found %s', (_name, env) =>
    within(env, async (app) => {
      const { status, text } = await read(app);
      expect(status).toBe(404);
      expect(JSON.parse(text)).toMatchObject({ code: 'NOT_FOUND' });
    }),
  );

  it('answers in production with the token', () =>
    within({ ...PRODUCTION, METRICS_TOKEN: TOKEN }, async (app) => {
      expect((await read(app, TOKEN)).status).toBe(200);
      expect((await read(app)).status).toBe(401);
    }));
});
