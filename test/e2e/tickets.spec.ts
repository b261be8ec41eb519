import pg from 'pg';
import { TicketsService } from '../../src/auth/tickets/tickets.service.js';
import { type OpenApp, startOpenApp } from '../support/app.js';
import { AUTH_ENV, Client, eventually, RawClient } from '../support/client.js';

describe('tickets that nobody used', () => {
  let app: OpenApp;
  let database: pg.Client;
  beforeAll(async () => {
    app = await startOpenApp(AUTH_ENV);
    database = new pg.Client({ connectionString: app.databaseUrl });
    await database.connect();
  });
  afterAll(async () => {
    await database.end();
    await app.close();
  });

  it('are removed once they have ended, whoever made them; living ones stay', async () => {
    const [ann, bob] = [new Client(app.url), new Client(app.url)];
    const tickets: string[] = [];
    for (const one of [ann, ann, bob, bob])
      tickets.push((await one.call('POST', '/chat/ws-ticket', { session_id: 's' })).body.ticket);
    await database.query(`UPDATE tickets SET expires_at = clock_timestamp() - interval '1 second'
      WHERE hash IN (SELECT min(hash) FROM tickets GROUP BY user_id)`);
    await app.app.get(TicketsService).sweep();
    const { rows } = await database.query<{ user_id: string }>(
      'SELECT user_id FROM tickets ORDER BY user_id',
    );
    expect(rows.map(({ user_id: user }) => user)).toEqual([ann.user, bob.user].sort());
    const greeted: string[] = [];
    for (const ticket of tickets) {
      const raw = new RawClient(`${app.url.replace('http', 'ws')}/chat/ws/s?ticket=${ticket}`);
      await eventually(() => raw.frames.length > 0 || raw.closed !== undefined);
      greeted.push(...raw.frames.filter(({ type }) => type === 'system').map(({ user_id: user }) => user));
      raw.close();
    }
    expect(greeted.sort()).toEqual([ann.user, bob.user].sort());
  });
});
