import pg from 'pg';
import { type RunningApp, startApp } from '../support/app.js';
import { type AuthServer, startAuthServer } from '../support/auth-server.js';
import { AUTH_ENV, Client, eventually } from '../support/client.js';

interface Entry {
  readonly action: string;
  readonly outcome: string;
  readonly subject: string | null;
  readonly details: Record<string, unknown>;
  readonly request_id: string | null;
}

describe('the audit record of a running service', () => {
  let app: RunningApp;
  let auth: AuthServer;
  let remote: RunningApp;
  const databases: pg.Client[] = [];

  const entriesOf = async (of: RunningApp, client: Client): Promise<Entry[]> => {
    const database = databases[of === app ? 0 : 1] as pg.Client;
    const text = `SELECT action, outcome, subject, details, request_id FROM audit_log
      WHERE tenant_id = $1 AND user_id = $2 ORDER BY created_at`;
    return (await database.query<Entry>(text, [client.tenant, client.user])).rows;
  };
  /** Waits until there are so many entries; entries are written after the answer. */
  const written = async (of: RunningApp, client: Client, count: number): Promise<Entry[]> =>
    eventually(async () => {
      const entries = await entriesOf(of, client);
      return entries.length >= count && entries;
    });

  beforeAll(async () => {
    auth = await startAuthServer();
    app = await startApp({ ...AUTH_ENV, RATE_LIMIT_PER_MINUTE: '5' });
    remote = await startApp({ ...AUTH_ENV, AUTH_SERVICE_URL: auth.url, AUTH_CACHE_TTL: '1' });
    for (const { databaseUrl } of [app, remote]) {
      const database = new pg.Client({ connectionString: databaseUrl });
      await database.connect();
      databases.push(database);
    }
  });
  afterAll(async () => {
    for (const database of databases) await database.end();
    await app.close();
    await remote.close();
    await auth.close();
  });

  it('has refused agents and scopes over every transport, once each, with the request and no text', async () => {
    const ann = new Client(app.url);
    const agent = { agent_name: 'system_monitor' };
    const refused = await ann.send('canary text', agent);
    expect(refused.status).toBe(403);
    await written(app, ann, 1);
    const socket = await ann.socket();
    await socket.ask('message:send', { content: 'canary text', client_message_id: 'a', ...agent });
    await written(app, ann, 2);
    const raw = await ann.raw('s');
    raw.send({ type: 'message', content: 'canary text', ...agent });
    await written(app, ann, 3);
    expect((await ann.get('/chat/usage?scope=tenant')).status).toBe(403);
    const entries = await written(app, ann, 4);
    const entry = (subject: string, code: string) => ({
      ...{ action: 'access.refuse', outcome: 'refused', subject, details: { code } },
      request_id: expect.any(String),
    });
    expect(entries).toEqual([
      entry('POST /chat/message', 'AGENT_NOT_PERMITTED'),
      entry('message:send', 'AGENT_NOT_PERMITTED'),
      entry('websocket frame', 'AGENT_NOT_PERMITTED'),
      entry('GET /chat/usage', 'USAGE_SCOPE_REFUSED'),
    ]);
    expect(entries[0]?.request_id).toBe(refused.headers.get('x-request-id'));
    expect(JSON.stringify(entries)).not.toContain('canary');
    socket.close();
    raw.close();
  });

  it('has identities whose role or tenant is refused, at the door and on open sockets', async () => {
    const agent = new Client(app.url, { role: 'agent' });
    expect((await agent.get('/chat/sessions')).status).toBe(403);
    await agent.socket().catch(() => undefined);
    const byClaims = await written(app, agent, 2);
    expect(byClaims.map(({ action, details }) => [action, details])).toEqual([
      ['identity.refuse', { code: 'AUTH_ROLE_REFUSED' }],
      ['identity.refuse', { code: 'AUTH_ROLE_REFUSED' }],
    ]);
    const ann = new Client(remote.url);
    const user = { id: ann.user, tenantId: ann.tenant, role: 'user' };
    auth.setUser(ann.token, user);
    const socket = await ann.socket();
    auth.setUser(ann.token, { ...user, tenantStatus: 'suspended' });
    await eventually(() => socket.socket.disconnected);
    const byService = await written(remote, ann, 1);
    expect(byService[0]).toMatchObject({ outcome: 'refused', details: { code: 'AUTH_TENANT_REFUSED' } });
  });

  it('has the reading of what others used', async () => {
    const boss = new Client(app.url, { role: 'tenant_admin' });
    await boss.get('/chat/usage');
    expect((await boss.get('/chat/usage?scope=tenant')).status).toBe(200);
    expect(await written(app, boss, 1)).toEqual([
      expect.objectContaining({ action: 'usage.read', outcome: 'allowed', details: { scope: 'tenant' } }),
    ]);
  });

  it('has no refusal for other reasons, and cannot be flooded', async () => {
    const ann = new Client(app.url);
    for (let index = 0; index < 7; index += 1) await ann.send('x');
    await ann.send('');
    await ann.get('/chat/history/none');
    const refusals = async () => (await entriesOf(app, ann)).filter(({ outcome }) => outcome === 'refused');
    expect(await refusals()).toEqual([]);
    const socket = await ann.socket();
    for (let index = 0; index < 60; index += 1) {
      const body = { content: 'x', client_message_id: `${index}`, agent_name: `agent-${index}` };
      expect(await socket.ask('message:send', body)).toMatchObject({ error: { status: 403 } });
    }
    socket.close();
    await eventually(async () => (await refusals()).length >= 20, 60_000);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect((await refusals()).length).toBeLessThanOrEqual(30);
  });
});
