import { type RunningApp, startApp } from '../support/app.js';
import { type AuthServer, type AuthUser, startAuthServer } from '../support/auth-server.js';
import { AUTH_ENV, Client, eventually, type SseEvent } from '../support/client.js';
import { startModelServer } from '../support/model-server.js';
import type { ScriptedServer } from '../support/scripted-server.js';

describe('A8 streams of an answer', () => {
  let auth: AuthServer;
  let model: ScriptedServer;
  let app: RunningApp;

  beforeAll(async () => {
    auth = await startAuthServer();
    model = await startModelServer({ tokens: 3000, delayMs: 20 });
    app = await startApp({
      ...AUTH_ENV,
      AUTH_SERVICE_URL: auth.url,
      AUTH_CACHE_TTL: '1',
      OPENAI_BASE_URL: model.url,
    });
  });
  afterAll(async () => {
    await model.close();
    await app?.close();
    await auth.close();
  });

  /** Reads a stream in the background. */
  const reading = (stream: AsyncIterable<SseEvent>): { events: SseEvent[]; ended: boolean } => {
    const state = { events: [] as SseEvent[], ended: false };
    void (async () => {
      for await (const event of stream) state.events.push(event);
    })()
      .catch(() => undefined)
      .finally(() => (state.ended = true));
    return state;
  };

  it.each<[string, Partial<AuthUser>]>([
    ['a disabled user', { isActive: false }],
    ['a role without an assistant', { role: 'agent' }],
    ['a suspended tenant', { tenantStatus: 'suspended' }],
  ])('end for %s within the bound of sockets, and for nobody else', async (_case, change) => {
    const [ann, bob] = [new Client(app.url), new Client(app.url)];
    const users = [ann, bob].map((one): AuthUser => ({ id: one.user, tenantId: one.tenant, role: 'user' }));
    auth.setUser(ann.token, users[0] as AuthUser);
    auth.setUser(bob.token, users[1] as AuthUser);
    const body = { message: 'Tell me a long story', session_id: 's' };
    const sent = reading(ann.events('POST', '/chat/message', body));
    const others = reading(bob.events('POST', '/chat/message', body));
    const started = await eventually(() => sent.events.find(({ event }) => event === 'run.started'));
    await eventually(() => others.events.length > 0);
    const followed = reading(ann.events('GET', `/chat/runs/${started.data.run_id}/events`));
    await eventually(() => followed.events.length > 0);
    auth.setUser(ann.token, { ...(users[0] as AuthUser), ...change });
    await eventually(() => sent.ended && followed.ended, 10_000);
    expect(others.ended).toBe(false);
    auth.setUser(ann.token, users[0] as AuthUser);
    await eventually(async () => {
      const { status, body: history } = await ann.get('/chat/history/s');
      return (
        status === 200 && !history.active_run && history.session.messages[1]?.metadata.state === 'cancelled'
      );
    }, 20_000);
    for (const { id } of [started, others.events[0] as SseEvent].map(({ data }) => ({ id: data.run_id })))
      await Promise.all([ann, bob].map((one) => one.call('POST', `/chat/runs/${id}/stop`)));
  });

  it.each<[string, Partial<AuthUser>]>([
    ['a disabled user', { isActive: false }],
    ['a suspended tenant', { tenantStatus: 'suspended' }],
  ])(
    'that are awaited as one JSON body end for %s too, with a refusal and no word of the answer',
    async (_case, change) => {
      const ann = new Client(app.url);
      const user: AuthUser = { id: ann.user, tenantId: ann.tenant, role: 'user' };
      auth.setUser(ann.token, user);
      const sent = ann.send('Tell me a long story', { session_id: 's' });
      await eventually(async () => (await ann.get('/chat/history/s')).body.active_run);
      auth.setUser(ann.token, { ...user, ...change });
      const { status, body } = await sent;
      expect([401, 403]).toContain(status);
      expect(body.code).toMatch(/^AUTH_/);
      expect(JSON.stringify(body)).not.toContain('ai_response');
      auth.setUser(ann.token, user);
      await eventually(async () => {
        const { status: read, body: history } = await ann.get('/chat/history/s');
        return read === 200 && !history.active_run;
      });
    },
  );

  it('that are awaited as one JSON body end with the token', async () => {
    const ann = new Client(app.url, { expiresIn: -20 });
    auth.setUser(ann.token, { id: ann.user, tenantId: ann.tenant, role: 'user' });
    const { status, body } = await ann.send('Tell me a long story');
    expect({ status, code: body.code }).toEqual({ status: 401, code: 'AUTH_TOKEN_EXPIRED' });
  });

  it('end with the answer when a role is lowered, which then chats with its new assistant', async () => {
    const ann = new Client(app.url);
    const user: AuthUser = { id: ann.user, tenantId: ann.tenant, role: 'tenant_admin' };
    auth.setUser(ann.token, user);
    const sent = reading(ann.events('POST', '/chat/message', { message: 'Tell me a long story' }));
    await eventually(() => sent.events.length > 0);
    auth.setUser(ann.token, { ...user, role: 'readonly' });
    await eventually(() => sent.ended, 20_000);
    expect(sent.events.at(-1)?.event).toBe('run.cancelled');
    const again = reading(ann.events('POST', '/chat/message', { message: 'And now?' }));
    const started = await eventually(() => again.events.find(({ event }) => event === 'run.started'));
    expect(started.data.assistant_name).toBe('InfoBot');
    await ann.call('POST', `/chat/runs/${started.data.run_id}/stop`);
  });

  it('end with the token', async () => {
    const ann = new Client(app.url, { expiresIn: -20 });
    auth.setUser(ann.token, { id: ann.user, tenantId: ann.tenant, role: 'user' });
    const sent = reading(ann.events('POST', '/chat/message', { message: 'Tell me a long story' }));
    await eventually(() => sent.events.length > 0);
    await eventually(() => sent.ended, 20_000);
    expect(sent.events.some(({ event }) => event.startsWith('run.c'))).toBe(false);
  });
});
