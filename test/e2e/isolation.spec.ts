import { Scope, SYSTEM, userScope, type Who } from '../../src/database/scope.js';
import { TABLE_NAMES } from '../../src/database/migrations/foundation/tables.js';
import { type OpenApp, startOpenApp } from '../support/app.js';
import { AUTH_ENV, Client } from '../support/client.js';

describe('tenants and users apart', () => {
  let app: OpenApp;
  let scope: Scope;
  const people = {
    ann: ['acme', 'ann'],
    bob: ['acme', 'bob'],
    eve: ['evil', 'ann'],
    tricky: ['acme/ann', 's'],
  } as const;
  const clients = new Map<keyof typeof people, Client>();
  const of = (name: keyof typeof people): Client => clients.get(name) as Client;

  beforeAll(async () => {
    app = await startOpenApp(AUTH_ENV);
    scope = app.app.get(Scope);
    for (const [name, [tenant, user]] of Object.entries(people)) {
      const client = new Client(app.url, { tenant, user });
      clients.set(name as keyof typeof people, client);
      const { status } = await client.send(`secret of ${name}`, {
        session_id: 'same',
        client_message_id: 'same',
      });
      expect(status).toBe(200);
    }
  });
  afterAll(() => app.close());

  it.each(Object.keys(people) as (keyof typeof people)[])(
    'shows %s the own session only, under an id that all share',
    async (name) => {
      const { body } = await of(name).get('/chat/history/same');
      expect(body.session.messages[0].content).toBe(`secret of ${name}`);
      expect(body.session.messages).toHaveLength(2);
      const list = await of(name).get('/chat/sessions');
      expect(list.body.sessions).toHaveLength(1);
      const search = await of(name).get('/chat/sessions?q=secret');
      expect(JSON.stringify(search.body)).not.toMatch(new RegExp(`secret of (?!${name})`));
    },
  );

  it("answers for another's run as for one that does not exist", async () => {
    const sent = await of('ann').send('mine', { session_id: 'same' });
    const known = sent.body.run_id;
    const unknown = '019aa5c0-7d3e-7c1a-9f43-2b6d1f0e8a11';
    for (const name of ['bob', 'eve'] as const) {
      for (const [method, path, body] of [
        ['POST', '/chat/runs/ID/stop'],
        ['POST', '/chat/runs/ID/retry'],
        ['GET', '/chat/runs/ID/events'],
        ['POST', '/chat/runs/ID/approval', { approval_id: 'x', approved: true }],
      ] as const) {
        const theirs = await of(name).call(method, path.replace('ID', known), body);
        const none = await of(name).call(method, path.replace('ID', unknown), body);
        expect(theirs.status).toBe(404);
        expect({ ...theirs.body, request_id: '' }).toEqual({ ...none.body, request_id: '' });
      }
    }
  });

  /** Queries without any condition of their own: what then keeps rows apart is row-level security alone. */
  async function visible(who: Who, table: string): Promise<{ tenant_id: string; user_id: string }[]> {
    return scope.run(who, () => scope.manager.query(`SELECT * FROM ${table}`));
  }

  it('holds by row-level security alone, though the login is a superuser', async () => {
    const superuser = await scope.run(SYSTEM, () => scope.manager.query('SELECT session_user AS login'));
    const [{ rolsuper }] = await app.app
      .get(Scope)
      .run(SYSTEM, () =>
        scope.manager.query('SELECT rolsuper FROM pg_roles WHERE rolname = $1', [superuser[0].login]),
      );
    expect(rolsuper).toBe(true);
    for (const table of ['chat_sessions', 'chat_messages', 'chat_runs', 'usage_ledger']) {
      for (const [tenantId, userId] of Object.values(people)) {
        const rows = await visible(userScope({ tenantId, userId }), table);
        expect(rows.length).toBeGreaterThan(0);
        expect(rows.every((row) => row.tenant_id === tenantId && row.user_id === userId)).toBe(true);
      }
      const tenant = await visible({ scope: 'tenant', tenantId: 'acme' }, table);
      expect(new Set(tenant.map((row) => row.tenant_id))).toEqual(new Set(['acme']));
      expect((await visible(SYSTEM, table)).length).toBeGreaterThan(tenant.length);
    }
  });

  it.each([...TABLE_NAMES])('has row-level security forced on %s, with all four scopes', async (table) => {
    const [state] = await scope.run(SYSTEM, () =>
      scope.manager.query(
        `SELECT relrowsecurity, relforcerowsecurity,
           (SELECT array_agg(polname::text ORDER BY polname) FROM pg_policy WHERE polrelid = c.oid) AS policies
         FROM pg_class c WHERE relname = $1`,
        [table],
      ),
    );
    expect(state).toEqual({
      relrowsecurity: true,
      relforcerowsecurity: true,
      policies: ['platform_scope', 'system_scope', 'tenant_scope', 'user_scope'],
    });
  });

  it("refuses to write into another's rows, and to write at all in a scope for reading", async () => {
    const insert = (tenant: string, user: string): string =>
      `INSERT INTO facts (id, tenant_id, user_id, kind, content) VALUES (gen_random_uuid(), '${tenant}', '${user}', 'x', 'y')`;
    const write = (who: Who, sql: string): Promise<unknown> => scope.run(who, () => scope.manager.query(sql));
    const ann = userScope({ tenantId: 'acme', userId: 'ann' });
    await expect(write(ann, insert('acme', 'ann'))).resolves.toBeDefined();
    await expect(write(ann, insert('acme', 'bob'))).rejects.toThrow(/row-level security/);
    await expect(write(ann, insert('evil', 'ann'))).rejects.toThrow(/row-level security/);
    await expect(write({ scope: 'tenant', tenantId: 'acme' }, insert('acme', 'ann'))).rejects.toThrow(
      /row-level security/,
    );
    await expect(write({ scope: 'platform' }, insert('acme', 'ann'))).rejects.toThrow(/row-level security/);
    await write(ann, "UPDATE chat_sessions SET title = 'hacked'");
    const { body } = await of('eve').get('/chat/sessions');
    expect(body.sessions[0].title).not.toBe('hacked');
    await expect(write(ann, 'DELETE FROM audit_log')).rejects.toThrow(/permission denied/);
    await expect(write(ann, 'CREATE TABLE x (a int)')).rejects.toThrow(/permission denied/);
  });

  it('shows nothing to a transaction without a scope', async () => {
    const rows = await scope.run({ scope: 'user', tenantId: '', userId: '' }, () =>
      scope.manager.query('SELECT * FROM chat_messages'),
    );
    expect(rows).toEqual([]);
  });

  it('deletes the own session only', async () => {
    await of('bob').call('DELETE', '/chat/session/same');
    expect((await of('ann').get('/chat/history/same')).status).toBe(200);
    expect((await of('eve').get('/chat/history/same')).status).toBe(200);
  });
});
