import { randomUUID } from 'node:crypto';
import type { Principal } from '../../src/auth/principal.js';
import { Scope, userScope } from '../../src/database/scope.js';
import type { NewDataset } from '../../src/datasets/dataset.js';
import { Datasets } from '../../src/datasets/datasets.ports.js';
import { show } from '../../src/datasets/tools/show-tools.js';
import { type OpenApp, startOpenApp } from '../support/app.js';
import { AUTH_ENV, Client } from '../support/client.js';

const UNKNOWN = '019aa5c0-7d3e-7c1a-9f43-2b6d1f0e8a11';

describe('datasets', () => {
  let app: OpenApp;
  let datasets: Datasets;
  let scope: Scope;

  beforeAll(async () => {
    app = await startOpenApp(AUTH_ENV);
    datasets = app.app.get(Datasets);
    scope = app.app.get(Scope);
  });
  afterAll(() => app.close());

  const principalOf = ({ tenant, user }: Client): Principal => ({
    ...{ tenantId: tenant, userId: user, role: 'user', email: null },
  });

  /** A user with a session `s`. */
  async function someone(who: { tenant?: string; user?: string } = {}): Promise<Client> {
    const client = new Client(app.url, who);
    expect((await client.send('hello', { session_id: 's' })).status).toBe(200);
    return client;
  }

  const columns: NewDataset['columns'] = [
    { key: 'name', label: 'Name', type: 'text' },
    { key: 'amount', label: 'Amount', type: 'number', unit: 'EUR', format: ',.2f' },
    { key: 'at', label: 'When', type: 'datetime' },
  ];
  const sales = (count: number, more: Partial<NewDataset> = {}): NewDataset => ({
    columns,
    rows: Array.from({ length: count }, (_, index) => ({ name: `n${index}`, amount: index / 10, at: null })),
    ...{ source: 'shop', asOf: new Date('2026-11-22T10:00:00Z'), sessionId: 's', runId: null },
    ...more,
  });
  const store = (client: Client, dataset = sales(3)): Promise<string> =>
    datasets.store(principalOf(client), dataset);

  describe('over HTTP', () => {
    it('come by pages, in the order of their rows', async () => {
      const ann = await someone();
      const id = await store(ann, sales(250, { total: 9000 }));
      const first = await ann.get(`/chat/datasets/${id}`);
      expect(first).toMatchObject({
        status: 200,
        body: {
          ...{ dataset_id: id, columns, offset: 0, next_offset: 100, row_count: 250, total: 9000 },
          ...{ source: 'shop', as_of: '2026-11-22T10:00:00.000Z' },
        },
      });
      const names: string[] = [];
      for (let offset: number | undefined = 0; offset !== undefined;) {
        const { body }: { body: any } = await ann.get(`/chat/datasets/${id}?limit=60&offset=${offset}`);
        names.push(...body.rows.map(({ name }: { name: string }) => name));
        offset = body.next_offset;
      }
      expect(names).toEqual(Array.from({ length: 250 }, (_, index) => `n${index}`));
      const after = await ann.get(`/chat/datasets/${id}?offset=10000`);
      expect(after.body).toMatchObject({ rows: [], offset: 10000 });
      expect(after.body).not.toHaveProperty('next_offset');
    });

    it('A49 come as a CSV file that runs nothing', async () => {
      const ann = await someone();
      const rows = [
        { name: '=HYPERLINK("https://evil.example")', amount: -1.5, at: '2026-11-01T10:00:00+01:00' },
        { name: 'Käse, "alt"', amount: null, at: null },
      ];
      const id = await store(ann, sales(0, { rows }));
      const response = await fetch(`${app.url}/chat/datasets/${id}?format=csv`, {
        headers: { Authorization: `Bearer ${ann.token}` },
      });
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
      expect(response.headers.get('content-disposition')).toBe(`attachment; filename="dataset-${id}.csv"`);
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(Buffer.from(await response.arrayBuffer()).toString('utf8')).toBe(
        'Name,Amount (EUR),When\r\n' +
          `"'=HYPERLINK(""https://evil.example"")",-1.5,2026-11-01T09:00:00.000Z\r\n` +
          '"Käse, ""alt""",,\r\n',
      );
    });

    it('come whole as CSV, however many pages that takes', async () => {
      const ann = await someone();
      const id = await store(ann, sales(3333));
      const { body } = await ann.get(`/chat/datasets/${id}?format=csv`);
      const lines = String(body).trimEnd().split('\r\n');
      expect(lines).toHaveLength(3334);
      expect(lines.slice(1).map((line) => line.split(',')[0])).toEqual(
        Array.from({ length: 3333 }, (_, index) => `n${index}`),
      );
    });

    it.each([
      ['not-an-id', 'dataset_id'],
      [`${UNKNOWN}?limit=0`, 'limit'],
      [`${UNKNOWN}?limit=1001`, 'limit'],
      [`${UNKNOWN}?limit=1e9`, 'limit'],
      [`${UNKNOWN}?offset=-1`, 'offset'],
      [`${UNKNOWN}?offset=1.5`, 'offset'],
      [`${UNKNOWN}?format=xlsx`, 'format'],
      [`${UNKNOWN}?format=csv&limit=5`, 'format'],
      [`${UNKNOWN}?tenant_id=other`, 'tenant_id'],
    ])('refuse %s', async (path, field) => {
      const answer = await new Client(app.url).get(`/chat/datasets/${path}`);
      expect(answer).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
      expect(field === 'dataset_id' || JSON.stringify(answer.body).includes(field)).toBe(true);
    });

    it('want a token', async () => {
      expect((await fetch(`${app.url}/chat/datasets/${UNKNOWN}`)).status).toBe(401);
    });
  });

  describe('of one user', () => {
    it('look to all others like none, in both formats', async () => {
      const ann = await someone();
      const others = [await someone({ tenant: ann.tenant }), await someone({ user: ann.user })];
      const id = await store(ann);
      for (const other of others) {
        for (const query of ['', '?format=csv', '?limit=1']) {
          const theirs = await other.get(`/chat/datasets/${id}${query}`);
          const none = await other.get(`/chat/datasets/${UNKNOWN}${query}`);
          expect(theirs).toMatchObject({ status: 404, body: { code: 'DATASET_NOT_FOUND' } });
          expect({ ...theirs.body, request_id: '' }).toEqual({ ...none.body, request_id: '' });
        }
        expect(await datasets.find(principalOf(other), 's', id)).toBeNull();
      }
      expect((await ann.get(`/chat/datasets/${id}`)).status).toBe(200);
    });

    it('are kept apart by row-level security alone', async () => {
      const ann = await someone();
      const bob = await someone({ tenant: ann.tenant });
      const id = await store(ann);
      await store(bob);
      const seen = await scope.run(userScope(principalOf(bob)), () =>
        scope.manager.query<{ user_id: string }[]>('SELECT user_id FROM datasets'),
      );
      expect(seen).toEqual([{ user_id: bob.user }]);
      const hijack = scope.run(userScope(principalOf(bob)), () =>
        scope.manager.query('UPDATE datasets SET tenant_id = $1, user_id = $2', [ann.tenant, ann.user]),
      );
      await expect(hijack).rejects.toThrow(/row-level security/);
      await scope.run(userScope(principalOf(bob)), () => scope.manager.query('DELETE FROM datasets'));
      expect((await ann.get(`/chat/datasets/${id}`)).status).toBe(200);
    });

    it('belong to one conversation', async () => {
      const ann = await someone();
      await ann.send('hello', { session_id: 'other' });
      const id = await store(ann);
      expect(await datasets.find(principalOf(ann), 's', id)).toMatchObject({ id, source: 'shop', total: 3 });
      expect(await datasets.find(principalOf(ann), 'other', id)).toBeNull();
    });
  });

  describe('of a conversation that is deleted', () => {
    it('are gone, and none comes after it', async () => {
      const ann = await someone();
      const id = await store(ann);
      expect((await ann.call('DELETE', '/chat/session/s')).status).toBe(200);
      expect(await ann.get(`/chat/datasets/${id}`)).toMatchObject({ status: 404 });
      await expect(store(ann)).rejects.toMatchObject({ code: 'DATASET_SESSION_GONE' });
      await expect(store(ann, sales(1, { sessionId: 'never' }))).rejects.toMatchObject({
        code: 'DATASET_SESSION_GONE',
      });
    });

    it('leave nothing, however they race with the deletion', async () => {
      const ann = await someone();
      const late = Array.from({ length: 12 }, () => store(ann, sales(500, { runId: randomUUID() })));
      await ann.call('DELETE', '/chat/session/s');
      const ends = await Promise.allSettled(late);
      for (const end of ends) {
        if (end.status === 'rejected') expect(end.reason).toMatchObject({ code: 'DATASET_SESSION_GONE' });
      }
      const left = await scope.run(userScope(principalOf(ann)), () =>
        scope.manager.query('SELECT id FROM datasets'),
      );
      expect(left).toEqual([]);
    });
  });

  it('are at most 20 of a run, also when they come at once', async () => {
    const ann = await someone();
    const runId = randomUUID();
    const ends = await Promise.allSettled(Array.from({ length: 25 }, () => store(ann, sales(1, { runId }))));
    const refused = ends.filter((end) => end.status === 'rejected');
    expect(refused.map(({ reason }) => reason.code)).toEqual(Array(5).fill('DATASET_LIMIT_REACHED'));
    await expect(store(ann, sales(1, { runId: randomUUID() }))).resolves.toBeDefined();
  });

  it('keep every value as it was, and are drawn from what is kept', async () => {
    const ann = await someone();
    const values = [0.1, 0.2, 1e-300, 1e300, -9007199254740991, 5e-324, 1.7976931348623157e308];
    const rows = values.map((amount) => ({ name: '😀\u2028"\\', amount, at: new Date(0) }));
    const id = await store(ann, sales(0, { rows }));
    const found = await datasets.find(principalOf(ann), 's', id);
    expect(found?.rows).toEqual(values.map((amount) => ['😀\u2028"\\', amount, '1970-01-01T00:00:00.000Z']));
    const tenths = await store(ann, sales(11));
    const shown = await show(
      'show_metric',
      { dataset_id: tenths, field: 'amount', aggregate: 'sum' },
      (one) => datasets.find(principalOf(ann), 's', one),
    );
    expect(shown).toMatchObject({ ok: true, part: { value: 5.5, unit: 'EUR', dataset_id: tenths } });
  });

  it('that do not fit are not kept', async () => {
    const ann = await someone();
    await expect(store(ann, sales(0, { rows: [{ amount: Number.NaN }] }))).rejects.toMatchObject({
      code: 'DATASET_INVALID',
    });
    await expect(store(ann, sales(10_001))).rejects.toMatchObject({ code: 'DATASET_TOO_LARGE', status: 413 });
    const left = await scope.run(userScope(principalOf(ann)), () =>
      scope.manager.query('SELECT FROM datasets'),
    );
    expect(left).toEqual([]);
  });
});
