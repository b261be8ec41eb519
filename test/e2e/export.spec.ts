import pg from 'pg';
import { type RunningApp, startApp } from '../support/app.js';
import { AUTH_ENV, Client } from '../support/client.js';

const COUNT = 4000;
const SIZE = 4000;

describe('A62 the export of a long session', () => {
  let app: RunningApp;
  let ann: Client;
  let database: pg.Client;

  beforeAll(async () => {
    app = await startApp(AUTH_ENV);
    ann = new Client(app.url);
    await ann.send('the first', { session_id: 'long' });
    database = new pg.Client({ connectionString: app.databaseUrl });
    await database.connect();
    await database.query(
      `INSERT INTO chat_messages (id, tenant_id, user_id, session_id, position, type, state, content)
       SELECT gen_random_uuid(), $1, $2, 'long', 2 + n, CASE n % 2 WHEN 1 THEN 'user' ELSE 'assistant' END, 'complete',
         repeat('x', $3) || n FROM generate_series(1, $4) n`,
      [ann.tenant, ann.user, SIZE, COUNT],
    );
  });
  afterAll(async () => {
    await database.end();
    await app.close();
  });

  const request = (format: string): Promise<Response> =>
    fetch(`${app.url}/chat/session/long/export?format=${format}`, {
      headers: { Authorization: `Bearer ${ann.token}` },
    });
  it('is whole in both formats, and a file to be saved', async () => {
    const json = await request('json');
    expect(json.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(json.headers.get('content-disposition')).toBe('attachment; filename="long.json"');
    const { messages } = (await json.json()) as { messages: { position: number }[] };
    expect(messages.map(({ position }) => position)).toEqual(
      Array.from({ length: COUNT + 2 }, (_, index) => index + 1),
    );
    const markdown = await request('markdown');
    expect(markdown.headers.get('content-type')).toBe('text/markdown; charset=utf-8');
    expect((await markdown.text()).match(/^## /gm)).toHaveLength(COUNT + 2);
  });

  it('is recorded, and so is the erasure of a session', async () => {
    await ann.send('gone soon', { session_id: 'short' });
    expect((await ann.get('/chat/session/short/export?format=json')).status).toBe(200);
    expect((await ann.call('DELETE', '/chat/session/short')).status).toBe(200);
    const { rows } = await database.query(
      "SELECT action, outcome FROM audit_log WHERE user_id = $1 AND subject = 'short' ORDER BY created_at",
      [ann.user],
    );
    expect(rows).toEqual([
      { action: 'session.export', outcome: 'allowed' },
      { action: 'session.erase', outcome: 'allowed' },
    ]);
  });

  it('that breaks off does not look whole', async () => {
    const response = await request('json');
    const reader = response.body?.getReader();
    await reader?.read();
    await database.query('ALTER TABLE chat_messages RENAME TO chat_messages_gone');
    const drained = (async () => {
      for (;;) if ((await reader?.read())?.done) return 'whole';
    })();
    await expect(drained).rejects.toThrow();
    await database.query('ALTER TABLE chat_messages_gone RENAME TO chat_messages');
  });
});
