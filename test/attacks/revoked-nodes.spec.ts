import { type RunningApp, startApp } from '../support/app.js';
import { type AuthServer, startAuthServer } from '../support/auth-server.js';
import { Client, eventually } from '../support/client.js';
import { startModelServer } from '../support/model-server.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import type { ScriptedServer } from '../support/scripted-server.js';
import { TEST_SECRET } from '../support/tokens.js';

describe('rights that are lost while two nodes are at work', () => {
  let auth: AuthServer;
  let model: ScriptedServer;
  let database: TestDatabase;
  let watchful: RunningApp;
  let trusting: RunningApp;

  beforeAll(async () => {
    [auth, model, database] = await Promise.all([
      startAuthServer(),
      startModelServer({ tokens: 20 }),
      createTestDatabase(),
    ]);
    const env = {
      JWT_SECRET: TEST_SECRET,
      AUTH_SERVICE_URL: auth.url,
      DATABASE_URL: database.url,
      OPENAI_BASE_URL: model.url,
    };
    watchful = await startApp({ ...env, AUTH_CACHE_TTL: '1' });
    trusting = await startApp({ ...env, AUTH_CACHE_TTL: '60' });
  });
  afterAll(async () => {
    await watchful.close();
    await trusting.close();
    await auth.close();
    await model.close();
    await database.drop();
  });

  /** A user with a socket on both nodes and an answer under way on the one that asks seldom. */
  const atWork = async (role: string) => {
    const there = new Client(trusting.url, { role });
    const here = Object.assign(new Client(watchful.url, { tenant: there.tenant, user: there.user, role }), {
      token: there.token,
    });
    const user = { id: there.user, tenantId: there.tenant, role };
    auth.setUser(there.token, user);
    const [seen, asker] = [await here.socket(), await there.socket()];
    model.setBehaviour({ hang: 3 });
    const { run_id: runId } = await asker.ask('message:send', {
      content: 'hi',
      session_id: 's',
      client_message_id: 'm',
    });
    await eventually(() => asker.answer(runId).some(({ event }) => event === 'text.delta'));
    return { user, token: there.token, seen, asker, runId };
  };

  it('cancels the answer and closes the sockets of a disabled user everywhere at once', async () => {
    const { token, seen, asker, runId } = await atWork('user');
    const aborted = model.aborted;
    auth.removeUser(token);
    await eventually(() => !seen.socket.connected && !asker.socket.connected, 20_000);
    await eventually(() => model.aborted > aborted);
    expect(runId).toBeDefined();
  });

  it('cancels what was asked with a higher role, and goes on with the lower one', async () => {
    const { user, token, seen, asker, runId } = await atWork('tenant_admin');
    auth.setUser(token, { ...user, role: 'user' });
    expect((await asker.final(runId)).event).toBe('run.cancelled');
    model.setBehaviour({});
    expect([seen.socket.connected, asker.socket.connected]).toEqual([true, true]);
    const next = await asker.ask('message:send', {
      content: 'again',
      session_id: 's',
      client_message_id: 'm2',
    });
    expect((await asker.final(next.run_id)).event).toBe('run.completed');
    for (const socket of [seen, asker]) socket.close();
  });
});
