import { toChatError } from './chat-error.js';
import { message, setUp } from './testing/fake-service.js';

const settle = (ms = 0) => jest.advanceTimersByTimeAsync(ms);

describe('a connection that was lost', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  async function lost(retryAfter?: number) {
    const page = setUp();
    await page.client.start();
    const connection = page.transport();
    if (retryAfter !== undefined) connection.listener.draining(retryAfter);
    connection.reachable = false;
    connection.tries = 0;
    connection.drop();
    return { ...page, connection };
  }

  it('is tried again after growing pauses, up to a bound, each of them random between nothing and its bound', async () => {
    const random = jest.spyOn(Math, 'random').mockReturnValue(0.999);
    const { connection, client } = await lost();
    const pauses = [1_000, 2_000, 4_000, 8_000, 16_000, 20_000, 20_000];
    for (const [index, pause] of pauses.entries()) {
      await settle(pause * 0.99);
      expect(connection.tries).toBe(index);
      await settle(pause * 0.01);
      expect(connection.tries).toBe(index + 1);
    }
    expect(client.store.state.status).toBe('offline');
    random.mockReturnValue(0);
    connection.listener.down();
    await settle(1);
    expect(connection.tries).toBeGreaterThan(pauses.length);
    client.destroy();
  });

  it('is not tried before the time that the service asked for, and soon after it', async () => {
    const { connection, client } = await lost(7_000);
    await settle(6_900);
    expect(connection.tries).toBe(0);
    connection.reachable = true;
    await settle(1_200);
    expect(connection.tries).toBe(1);
    expect(client.store.state.status).toBe('online');
    client.destroy();
  });

  it('is tried at once when the network or the reader comes back', async () => {
    const { connection, client } = await lost();
    await settle(60_000);
    connection.reachable = true;
    client.wake();
    expect(client.store.state.status).toBe('online');
    client.destroy();
  });

  it('is looked for with a question when the page wakes up and nothing was noticed', async () => {
    const { client, transport } = setUp({
      stored: 's',
      routes: { '/chat/history': () => ({ session: { messages: [message('q', 1)] } }) },
    });
    await client.start();
    await settle();
    const before = transport().of('session:join').length;
    client.wake();
    expect(transport().of('session:join')).toHaveLength(before + 1);
    client.destroy();
  });

  it('stays away when the token lets nobody in, until the user or the host asks', async () => {
    const { connection, client } = await lost();
    connection.listener.refused(toChatError({ status: 403, code: 'TENANT_SUSPENDED' }));
    connection.tries = 0;
    await settle(120_000);
    client.wake();
    expect(connection.tries).toBe(0);
    expect(client.store.state.status).toBe('refused');
    client.destroy();
  });

  it('comes back by itself when the service refused it for a while', async () => {
    const { connection, client } = await lost();
    connection.reachable = true;
    connection.listener.refused(toChatError({ status: 503, code: 'SOCKET_LIMIT', retry_after: 3 }));
    await settle(2_900);
    expect(connection.tries).toBe(0);
    await settle(3_000);
    expect(client.store.state.status).toBe('online');
    client.destroy();
  });

  it('reads the conversation until that works, and never gives up an answer for a passing failure', async () => {
    let fails = 0;
    const active_run = { run_id: 'r1', message_id: 'a1', epoch: 1, seq: 3, state: 'running' };
    const page = setUp({
      stored: 's',
      routes: {
        '/chat/history': () =>
          fails-- > 0
            ? toChatError({ status: 503, code: 'DATABASE_UNAVAILABLE' })
            : { session: { messages: [message('q1', 1)] }, active_run },
      },
    });
    const unavailable = () => {
      throw toChatError({ status: 503, code: 'DATABASE_UNAVAILABLE' });
    };
    page.replies['run:resume'] = () => ({ state: 'running' });
    await page.client.start();
    await settle();
    fails = 2;
    page.replies['session:join'] = page.replies['run:resume'] = unavailable;
    page.transport().drop();
    await settle(5_000);
    expect(page.client.store.state.runs).toMatchObject([{ runId: 'r1', state: 'running' }]);
    expect(page.client.store.state.notice).toBeNull();
    page.replies['session:join'] = () => ({});
    page.replies['run:resume'] = () => ({ state: 'running' });
    const asked = page.transport().of('run:resume').length;
    await settle(60_000);
    expect(page.transport().of('run:resume').length).toBeGreaterThan(asked);
    page.client.destroy();
  });
});
