import { type Page, TokenHandOver } from './token-hand-over.js';

const DASHBOARD = 'https://dash.example';

type Listener = Parameters<Page['addEventListener']>[1];

class FakePage implements Page {
  parent: unknown = this;
  opener: unknown = null;
  readonly listeners = new Set<Listener>();

  addEventListener(_type: 'message', listener: Listener): void {
    this.listeners.add(listener);
  }
  removeEventListener(_type: 'message', listener: Listener): void {
    this.listeners.delete(listener);
  }
}

const peer = () => ({ postMessage: jest.fn() });
const good = { type: 'bizosaas:token', token: ' abc ' };

function setUp<T extends FakePage>(page: T) {
  const handOver = new TokenHandOver(page, [DASHBOARD]);
  const taken: string[] = [];
  const end = handOver.listen((token) => taken.push(token));
  const hear = (source: unknown, origin: string, data: unknown) =>
    page.listeners.forEach((tell) => tell({ source, origin, data }));
  return { handOver, taken, hear, end };
}

describe('TokenHandOver', () => {
  it('takes a token from the opener and from the frame around, of an allowed origin', () => {
    const page = Object.assign(new FakePage(), { opener: peer(), parent: peer() });
    const { taken, hear, handOver } = setUp(page);
    hear(page.opener, DASHBOARD, good);
    hear(page.parent, DASHBOARD, { ...good, token: 'def' });
    expect(taken).toEqual(['abc', 'def']);
    expect(handOver.isHosted).toBe(true);
  });

  it('passes over other origins, other windows and other messages', () => {
    const page = Object.assign(new FakePage(), { opener: peer() });
    const { taken, hear } = setUp(page);
    for (const origin of ['https://evil.example', 'https://dash.example.evil', 'null', ''])
      hear(page.opener, origin, good);
    for (const source of [peer(), page, null, undefined]) hear(source, DASHBOARD, good);
    for (const data of [
      null,
      'abc',
      {},
      { type: 'bizosaas:token' },
      { ...good, token: 7 },
      { ...good, token: '' },
    ])
      hear(page.opener, DASHBOARD, data);
    hear(page.opener, DASHBOARD, { type: 'token', token: 'abc' });
    expect(taken).toEqual([]);
  });

  it('asks, and says nothing but that', () => {
    const page = Object.assign(new FakePage(), { opener: peer() });
    setUp(page).handOver.ask();
    expect(page.opener.postMessage.mock.calls).toEqual([[{ type: 'bizosaas:token-wanted' }, '*']]);
  });

  it('has nobody to ask where the page stands alone, and hears nothing once it has ended', () => {
    expect(setUp(new FakePage()).handOver.isHosted).toBe(false);
    const page = Object.assign(new FakePage(), { opener: peer() });
    const { taken, hear, end } = setUp(page);
    end();
    hear(page.opener, DASHBOARD, good);
    expect(taken).toEqual([]);
  });
});
