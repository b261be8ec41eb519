import { type RunningApp, startApp } from '../support/app.js';
import { AUTH_ENV, Client } from '../support/client.js';
import { signToken } from '../support/tokens.js';

const ROLES = ['super_admin', 'tenant_admin', 'user', 'readonly'] as const;
type Role = (typeof ROLES)[number];

const UNKNOWN = '019aa5c0-7d3e-7c1a-9f43-2b6d1f0e8a11';

/** What of somebody a route names: an id, which for everybody else is as good as none. */
type Named = 'session' | 'message' | 'run' | 'dataset' | 'fact';

/** Who may do what. `of`: whose thing the path names. `roles`: those that may, everybody by default. */
interface Rule {
  readonly public?: true;
  readonly of?: Named;
  readonly roles?: readonly Role[];
  readonly body?: object;
  readonly query?: string;
}

const ANYBODY: Rule = { public: true };
const OWN: Rule = {};

/** Every route of the service. One that is not here fails the first test. */
const RULES: Readonly<Record<string, Rule>> = {
  'GET /': ANYBODY,
  'GET /health': ANYBODY,
  'GET /health/live': ANYBODY,
  'GET /health/ready': ANYBODY,
  'GET /health/startup': ANYBODY,
  'GET /metrics': ANYBODY,
  'GET /chat/embed.js': ANYBODY,
  'GET /chat/v1/embed.js': ANYBODY,
  'GET /chat/admin': ANYBODY,
  'GET /chat/widget': ANYBODY,
  'GET /chat/widget-assets/{file}': ANYBODY,
  'POST /chat/demo/token': ANYBODY,
  'POST /chat/webhooks/crewai/{run_id}': ANYBODY,
  'GET /chat/assistants': OWN,
  'GET /chat/sessions': OWN,
  'GET /chat/memory': OWN,
  'GET /chat/settings': OWN,
  'PATCH /chat/settings': { body: { memory_enabled: true } },
  'POST /chat/message': { body: { message: 'Hello', session_id: 'mine' } },
  'POST /chat/ws-ticket': { body: { session_id: 'mine' } },
  'GET /chat/usage': OWN,
  'GET /chat/usage?scope=tenant': { query: 'scope=tenant', roles: ['super_admin', 'tenant_admin'] },
  'GET /chat/usage?scope=platform': { query: 'scope=platform', roles: ['super_admin'] },
  'GET /chat/analytics': OWN,
  'GET /chat/analytics?scope=tenant': { query: 'scope=tenant', roles: ['super_admin', 'tenant_admin'] },
  'GET /chat/analytics?scope=platform': { query: 'scope=platform', roles: ['super_admin'] },
  'GET /chat/admin/settings': { roles: ['tenant_admin'] },
  'PATCH /chat/admin/settings': { roles: ['tenant_admin'], body: { memory_enabled: true } },
  'GET /chat/history/{session_id}': { of: 'session' },
  'PATCH /chat/session/{session_id}': { of: 'session', body: { title: 'Taken' } },
  'DELETE /chat/session/{session_id}': { of: 'session' },
  'GET /chat/session/{session_id}/export': { of: 'session' },
  'POST /chat/messages/{message_id}/feedback': { of: 'message', body: { rating: 'down' } },
  'POST /chat/messages/{message_id}/regenerate': { of: 'message' },
  'POST /chat/runs/{run_id}/stop': { of: 'run' },
  'POST /chat/runs/{run_id}/retry': { of: 'run' },
  'POST /chat/runs/{run_id}/approval': {
    of: 'run',
    roles: ['super_admin', 'tenant_admin', 'user'],
    body: { approval_id: UNKNOWN, approved: true },
  },
  'GET /chat/runs/{run_id}/events': { of: 'run' },
  'GET /chat/datasets/{dataset_id}': { of: 'dataset' },
  'PUT /chat/memory/{fact_id}': { of: 'fact', body: { text: 'Taken' } },
  'DELETE /chat/memory/{fact_id}': { of: 'fact' },
};

/** Events of socket.io that name a run of somebody. */
const EVENTS = {
  'run:stop': {},
  'run:retry': {},
  'run:resume': { epoch: 1, after_seq: 0 },
  'run:approve': { approval_id: UNKNOWN, approved: true },
};

const routes = Object.entries(RULES).map(([name, rule]) => {
  const [method = '', path = ''] = name.split('?')[0]!.split(' ');
  return { name, method, path, rule };
});
const guarded = routes.filter(({ rule }) => !rule.public);
const named = guarded.filter(({ rule }) => rule.of);

/** Two spellings of nobody, and everybody who is not the owner. */
const STRANGERS: Readonly<Record<string, { tenant: string; user: string; role?: Role }>> = {
  'a colleague': { tenant: 'acme', user: 'bob' },
  'the namesake of another tenant': { tenant: 'evil', user: 'ann' },
  'an administrator of the tenant': { tenant: 'acme', user: 'boss', role: 'tenant_admin' },
  'an administrator of the platform': { tenant: 'platform', user: 'root', role: 'super_admin' },
  'a reader': { tenant: 'acme', user: 'eve', role: 'readonly' },
  'whose ids look alike put together': { tenant: 'acme/ann', user: 's' },
};

describe('who may call what (A20, A21, A24, A25)', () => {
  let app: RunningApp;
  let owner: Client;
  let ids: Record<Named, string>;

  beforeAll(async () => {
    app = await startApp(AUTH_ENV);
    owner = new Client(app.url, { tenant: 'acme', user: 'ann', role: 'tenant_admin' });
    const { body } = await owner.send('How is our usage?', { session_id: 'secret-plans' });
    await owner.send('Remember that the plans are secret');
    const memory = await owner.get('/chat/memory');
    ids = {
      session: 'secret-plans',
      message: body.ai_response.id,
      run: body.run_id,
      dataset: body.ai_response.parts.find((part: { dataset_id?: string }) => part.dataset_id).dataset_id,
      fact: memory.body.facts[0].id,
    };
  });
  afterAll(() => app.close());

  const addressOf = ({ path, rule }: (typeof routes)[number], id: string): string =>
    path.replace(/\{\w+\}/, id) + (rule.query ? `?${rule.query}` : '');
  const plain = (body: object): object => ({ ...body, request_id: '' });
  const kept = async () => ({
    history: (await owner.get('/chat/history/secret-plans')).body.session,
    memory: (await owner.get('/chat/memory')).body,
  });

  it('has a rule for every route, and no rule for none', async () => {
    const { body } = await owner.get('/chat/docs-json');
    const there = Object.entries<object>(body.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const ruled = new Set(routes.map(({ method, path }) => `${method} ${path}`));
    expect(there.filter((route) => !ruled.has(route))).toEqual([]);
    expect([...ruled].filter((route) => !there.includes(route))).toEqual([]);
  });

  it.each(guarded.map((route) => [route.name, route] as const))(
    '%s needs a valid token',
    async (_, route) => {
      const before = await kept();
      const address = addressOf(route, ids[route.rule.of ?? 'session']);
      const none = signToken({ sub: 'ann', tenant_id: 'acme', role: 'tenant_admin' }, { expiresIn: -60 });
      const tries: Record<string, string>[] = [
        { Authorization: '' },
        { Authorization: 'Bearer null' },
        { Authorization: `Bearer ${none}` },
        { Authorization: '', Cookie: `token=${owner.token}; access_token=${owner.token}` },
        { Authorization: '', 'X-User-Id': 'ann', 'X-Tenant-Id': 'acme', 'X-Role': 'tenant_admin' },
      ];
      for (const headers of tries)
        expect((await owner.call(route.method, address, route.rule.body, headers)).status).toBe(401);
      expect(await kept()).toEqual(before);
    },
  );

  it.each(guarded.map((route) => [route.name, route] as const))(
    '%s takes no tenant from the query, nor from its body',
    async (_, route) => {
      const before = await kept();
      const address = addressOf(route, UNKNOWN);
      const asked = `${address}${address.includes('?') ? '&' : '?'}tenant_id=evil`;
      expect((await owner.call(route.method, asked, route.rule.body)).status).toBe(400);
      const body = { ...route.rule.body, tenant_id: 'evil' };
      if (route.rule.body) expect((await owner.call(route.method, address, body)).status).toBe(400);
      expect(await kept()).toEqual(before);
    },
  );

  it.each(
    guarded
      .filter(({ rule }) => !rule.of)
      .flatMap((route) => ROLES.map((role) => [route.name, role, route] as const)),
  )('%s, %s: as the rule says', async (_, role, route) => {
    const allowed = route.rule.roles ?? ROLES;
    const { status } = await new Client(app.url, { role }).call(
      route.method,
      addressOf(route, ''),
      route.rule.body,
    );
    expect(status).toBe(allowed.includes(role) ? 200 : 403);
  });

  it.each(
    named.flatMap((route) =>
      Object.entries(STRANGERS).map(([who, names]) => [route.name, who, route, names] as const),
    ),
  )('%s, %s: as if it did not exist', async (_, __, route, names) => {
    const before = await kept();
    const stranger = new Client(app.url, names);
    const theirs = await stranger.call(route.method, addressOf(route, ids[route.rule.of!]), route.rule.body);
    const none = await stranger.call(route.method, addressOf(route, UNKNOWN), route.rule.body);
    const role = names.role ?? 'user';
    expect(none.status).toBe((route.rule.roles ?? ROLES).includes(role) ? 404 : 403);
    expect([theirs.status, plain(theirs.body)]).toEqual([none.status, plain(none.body)]);
    expect(await kept()).toEqual(before);
  });

  it.each(
    Object.entries(EVENTS).flatMap(([event, body]) =>
      Object.entries(STRANGERS).map(([who, names]) => [event, who, body, names] as const),
    ),
  )('%s, %s: as if it did not exist', async (event, _, body, names) => {
    const socket = await new Client(app.url, names).socket();
    const theirs = await socket.ask(event, { run_id: ids.run, ...body });
    const none = await socket.ask(event, { run_id: UNKNOWN, ...body });
    socket.close();
    expect([none.ok, [403, 404].includes(none.error.status)]).toEqual([false, true]);
    expect({ ...theirs, error: plain(theirs.error) }).toEqual({ ...none, error: plain(none.error) });
  });

  it.each(Object.entries(STRANGERS))(
    'a session of the same id is one of its own for %s',
    async (_, names) => {
      const stranger = new Client(app.url, names);
      const socket = await stranger.socket();
      expect(await socket.ask('session:join', { session_id: ids.session })).toEqual({ ok: true });
      await owner.send('More plans', { session_id: ids.session });
      const { body } = await stranger.send('Hi', { session_id: ids.session });
      expect(body.conversation_length).toBe(2);
      expect(JSON.stringify(socket.got)).not.toContain('More plans');
      socket.close();
      await stranger.call('DELETE', `/chat/session/${ids.session}`);
    },
  );
});
