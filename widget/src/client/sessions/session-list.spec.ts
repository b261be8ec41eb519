import { Api } from '../api.js';
import { Emitter } from '../emitter.js';
import { Store } from '../store.js';
import { TokenSource } from '../token-source.js';
import type { ListedSession } from '../wire.js';
import { SessionList } from './session-list.js';

const settle = (): Promise<void> => new Promise((done) => setTimeout(done, 0));

const session = (id: string, more: Partial<ListedSession> = {}): ListedSession => ({
  id,
  title: id,
  last_activity: '2026-01-01T10:00:00.000Z',
  message_count: 2,
  unread: 0,
  is_pinned: false,
  is_archived: false,
  ...more,
});

/** Requests wait until the test answers them. */
function setUp() {
  const calls: { what: string; answer(body: unknown, status?: number, headers?: object): Promise<void> }[] =
    [];
  const fetcher = ((url: string, init?: RequestInit) =>
    new Promise<Response>((resolve) => {
      calls.push({
        what: `${init?.method ?? 'GET'} ${decodeURIComponent(url.slice('http://api/chat/'.length))}`,
        answer: async (body, status = 200, headers = {}) => {
          resolve(Response.json(body, { status, headers: headers as Record<string, string> }));
          await settle();
          await settle();
        },
      });
    })) as unknown as typeof fetch;
  const client = {
    api: new Api('http://api', new TokenSource('t', undefined), fetcher),
    events: new Emitter(),
    store: new Store(),
  };
  const list = new SessionList(client);
  const next = async () => {
    await settle();
    return calls.shift()!;
  };
  const ids = () => list.state.sessions.map(({ id }) => id);
  const started = async (...sessions: ListedSession[]) => {
    list.start();
    await (await next()).answer({ sessions: [] });
    await (await next()).answer({ sessions });
  };
  return { ...client, list, calls, next, ids, started };
}

describe('SessionList', () => {
  it('reads pinned ones, then the others, then more of them', async () => {
    const { list, next, ids } = setUp();
    list.start();
    const pinned = await next();
    expect(pinned.what).toBe('GET sessions?pinned=true&limit=30');
    await pinned.answer({ sessions: [session('pin', { is_pinned: true })] });
    const others = await next();
    expect(others.what).toBe('GET sessions?pinned=false&limit=29');
    await others.answer({ sessions: [session('b')], next_cursor: 'c1' });
    expect(ids()).toEqual(['pin', 'b']);
    void list.more();
    const more = await next();
    expect(more.what).toBe('GET sessions?pinned=false&limit=30&cursor=c1');
    await more.answer({ sessions: [session('a')] });
    expect(ids()).toEqual(['pin', 'b', 'a']);
    await list.more();
    expect(list.state.next).toBeNull();
  });

  it('drops a reply that was overtaken, in whatever order they come', async () => {
    const { list, next, ids, started } = setUp();
    await started();
    void list.show({ query: 'a', archived: false });
    const first = await next();
    void list.show({ query: 'ab', archived: false });
    const second = await next();
    await second.answer({ sessions: [session('ab')] });
    await first.answer({ sessions: [session('a')] });
    expect(ids()).toEqual(['ab']);
  });

  it('is not set back by a page that was on its way when something newer was heard', async () => {
    const { list, events, next } = setUp();
    list.start();
    await (await next()).answer({ sessions: [] });
    const page = await next();
    events.emit('session:updated', session('a', { title: 'new' }));
    events.emit('session:deleted', 'b');
    await page.answer({ sessions: [session('a', { title: 'old' }), session('b')] });
    expect(list.state.sessions.map(({ title }) => title)).toEqual(['new']);
  });

  it('says what failed, and does that again', async () => {
    const { list, next, ids, started } = setUp();
    await started(session('a'));
    const renamed = list.change('a', { title: 'A' });
    await (await next()).answer({ status: 503, code: 'DOWN', detail: 'Down.' }, 503);
    expect(await renamed).toBe(false);
    expect(list.state.failure?.error.detail).toBe('Down.');
    expect(ids()).toEqual(['a']);
    void list.retry();
    const again = await next();
    expect(again.what).toBe('PATCH session/a');
    await again.answer(session('a', { title: 'A' }));
    expect(list.state.failure).toBeNull();
    expect(list.state.sessions[0]?.title).toBe('A');
  });

  it('reads no further after a failure, until told to; and says how long a limit lasts', async () => {
    const { list, next, calls, started } = setUp();
    await started(session('a'));
    void list.show({ query: 'x', archived: false });
    await (await next()).answer({ status: 429, code: 'LIMIT' }, 429, { 'Retry-After': '7' });
    await list.more();
    expect(calls).toHaveLength(0);
    expect(list.state.failure!.until! - Date.now()).toBeGreaterThan(5_000);
    void list.retry();
    expect((await next()).what).toBe('GET sessions?q=x&limit=30');
  });

  it('tells the host of a token that was refused', async () => {
    const { list, events, next } = setUp();
    const told: unknown[] = [];
    events.on('error', (error) => told.push(error));
    list.start();
    await (await next()).answer({ status: 401, code: 'UNAUTHORIZED' }, 401);
    expect(told).toEqual([expect.objectContaining({ status: 401 })]);
  });

  it('offers to take an archived one back, until something else is done', async () => {
    const { list, next, ids, started } = setUp();
    await started(session('a'), session('b'));
    void list.change('a', { is_archived: true });
    await (await next()).answer(session('a', { is_archived: true }));
    expect([ids(), list.state.moved?.id]).toEqual([['b'], 'a']);
    void list.change('a', { is_archived: false });
    await (await next()).answer(session('a'));
    expect([ids(), list.state.moved]).toEqual([['b', 'a'], null]);
    void list.change('a', { is_archived: true });
    await (await next()).answer(session('a', { is_archived: true }));
    void list.change('b', { is_pinned: true });
    await (await next()).answer(session('b', { is_pinned: true }));
    expect(list.state.moved).toBeNull();
  });

  it('takes one that is gone already for deleted', async () => {
    const { list, next, ids, started } = setUp();
    await started(session('a'));
    const removed = list.remove('a');
    await (await next()).answer({ status: 404, code: 'CHAT_SESSION_NOT_FOUND' }, 404);
    expect(await removed).toBe(true);
    expect([ids(), list.state.failure]).toEqual([[], null]);
  });

  it('reads as much as was shown when the connection is back, and hears nothing once stopped', async () => {
    const { list, events, store, next, calls, ids, started } = setUp();
    await started(...Array.from({ length: 40 }, (_, index) => session(`s${index + 10}`)));
    store.dispatch({ type: 'status', status: 'online' });
    expect((await next()).what).toBe('GET sessions?pinned=true&limit=40');
    list.stop();
    events.emit('session:deleted', 's10');
    store.dispatch({ type: 'status', status: 'reconnecting' });
    store.dispatch({ type: 'status', status: 'online' });
    await settle();
    expect(calls).toHaveLength(0);
    expect(ids()).toHaveLength(40);
  });
});
