import { INITIAL } from '../state/chat-state.js';
import type { Api } from './api.js';
import { unreachable } from './chat-error.js';
import { ReadMark } from './read-mark.js';
import { Store } from './store.js';
import { message } from './testing/fake-service.js';
import { MemoryStorage } from './testing/memory-storage.js';
import { UserStorage } from './user-storage.js';

const settle = (): Promise<void> => new Promise((done) => setTimeout(done, 0));
const answer = (id: string, position: number) => message(id, position, { type: 'assistant' });
const identity = { user_id: 'ann', tenant_id: 't1', email: null };

function setUp() {
  const told: unknown[] = [];
  const given = { watched: true, reachable: true };
  const change = (id: string, what: object) => {
    told.push([id, what]);
    return given.reachable ? Promise.resolve() : Promise.reject(unreachable());
  };
  const store = new Store();
  const storage = new UserStorage('http://api', new MemoryStorage());
  const mark = new ReadMark(store, { change } as unknown as Api, storage, () => given.watched);
  store.dispatch({ type: 'identified', identity, assistant: INITIAL.assistant });
  store.dispatch({ type: 'session', sessionId: 's' });
  const show = async (...messages: ReturnType<typeof message>[]) => {
    for (const one of messages) store.dispatch({ type: 'message', message: one });
    await settle();
  };
  return { told, given, store, storage, mark, show };
}

describe('ReadMark', () => {
  it('tells the place of the last answer, once, and none of a question that waits for one', async () => {
    const { told, store, show } = setUp();
    await show(message('q1', 1));
    expect(told).toEqual([]);
    await show(answer('a1', 2), message('q2', 3));
    expect(told).toEqual([['s', { last_read_position: 2 }]]);
    store.dispatch({ type: 'typing', typing: true });
    await settle();
    expect(told).toHaveLength(1);
  });

  it('waits until somebody sees it', async () => {
    const { told, given, mark, show } = setUp();
    given.watched = false;
    await show(answer('a1', 2));
    expect(told).toEqual([]);
    given.watched = true;
    mark.look(true);
    expect(told).toEqual([['s', { last_read_position: 2 }]]);
  });

  it('tells it again after a failure only when asked to', async () => {
    const { told, given, store, mark, show } = setUp();
    given.reachable = false;
    await show(answer('a1', 2));
    store.dispatch({ type: 'typing', typing: true });
    await settle();
    expect(told).toHaveLength(1);
    given.reachable = true;
    mark.look(true);
    await settle();
    mark.look(true);
    expect(told).toHaveLength(2);
  });

  it('tells an answer that came while another one was being told', async () => {
    const { told, show } = setUp();
    await show(answer('a1', 2), answer('a2', 4));
    expect(told.at(-1)).toEqual(['s', { last_read_position: 4 }]);
  });

  it('tells nothing twice after another page of the tab', async () => {
    const first = setUp();
    await first.show(answer('a1', 2));
    const told: unknown[] = [];
    const api = { change: (...said: unknown[]) => Promise.resolve(void told.push(said)) } as unknown as Api;
    const mark = new ReadMark(first.store, api, first.storage, () => true);
    mark.look();
    expect(told).toEqual([]);
  });
});
