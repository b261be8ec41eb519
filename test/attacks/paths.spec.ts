import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { type RunningApp, startApp } from '../support/app.js';
import { AUTH_ENV, Client } from '../support/client.js';

type Headers = Readonly<Record<string, string>>;

/** Asks for a path exactly as it is written, which `fetch` would tidy up. */
function ask(
  url: string,
  method: string,
  path: string,
  headers: Headers,
): Promise<{ status: number; body: string }> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    request({ hostname, port, method, path, headers }, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
    })
      .on('error', reject)
      .end();
  });
}

const SPELLINGS = [
  ...['/chat/history/plans/', '//chat/history/plans', '/chat//history/plans', '/chat/history/plans;x'],
  ...['/chat/history/%70lans', '/chat/%68istory/plans', '/chat/history/plans%00', '/chat/./history/plans'],
  ...[
    '/health/../chat/history/plans',
    '/health/%2e%2e/chat/history/plans',
    '/chat/widget/..%2fhistory/plans',
  ],
  ...['/CHAT/HISTORY/plans', '/chat/history/plans?', '/chat/history/plans.json', '/chat/history/plans%20'],
  ...['/chat/widget-assets/../history/plans', '/chat/widget-assets/..%2f..%2fhistory%2fplans'],
  ...['/chat\\history\\plans', '/chat/history/plans#x', '/chat/history/%2570lans', '/chat/history/plans%2f'],
];
const METHODS = ['GET', 'HEAD', 'OPTIONS', 'TRACE', 'POST', 'PUT', 'DELETE', 'PATCH'];

describe('a path that is written in another way (A29)', () => {
  let app: RunningApp;
  let owner: Client;
  let others: Headers[];

  beforeAll(async () => {
    app = await startApp(AUTH_ENV);
    owner = new Client(app.url, { tenant: 'acme', user: 'ann' });
    await owner.send('The plans', { session_id: 'plans' });
    const bob = new Client(app.url, { tenant: 'acme', user: 'bob' });
    others = [
      {},
      { Authorization: `Bearer ${bob.token}` },
      {
        'X-HTTP-Method-Override': 'GET',
        'X-Original-URL': '/chat/history/plans',
        'X-Rewrite-URL': '/chat/history/plans',
      },
    ];
  });
  afterAll(() => app.close());

  it('is the plain path for its owner', async () => {
    const { status, body } = await ask(app.url, 'GET', '/chat/history/plans', {
      Authorization: `Bearer ${owner.token}`,
    });
    expect([status, body.includes('The plans')]).toEqual([200, true]);
  });

  it.each(SPELLINGS)('%s shows and changes nothing for anybody else', async (path) => {
    for (const method of METHODS) {
      for (const headers of others) {
        const { status, body } = await ask(app.url, method, path, headers);
        expect(body).not.toContain('The plans');
        expect([204, 400, 401, 404, 405]).toContain(status);
      }
    }
    expect((await owner.get('/chat/history/plans')).body.session.messages).toHaveLength(2);
  });

  it.each(METHODS)('asked by %s it lets nobody in who has no token', async (method) => {
    for (const path of [
      '/chat/history/plans',
      '/chat/sessions',
      '/chat/memory',
      '/chat/settings',
      '/chat/usage',
    ]) {
      const { status } = await ask(app.url, method, path, {});
      expect([204, 400, 401, 404, 405]).toContain(status);
    }
  });
});
