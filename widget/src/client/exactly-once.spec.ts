import fc from 'fast-check';
import { entriesOf } from '../state/entries.js';
import { ChatClient } from './chat-client.js';
import { type Exclusively, sideBySide } from './exclusively.js';
import { jwt } from './testing/fake-service.js';
import { MemoryStorage } from './testing/memory-storage.js';
import { SimulatedConnection } from './testing/simulated-connection.js';
import { SimulatedService } from './testing/simulated-service.js';
import { TokenSource } from './token-source.js';

const RUNS = 200;

/** One tab of one user: what a page load ends and the next one begins with. */
class Tab {
  client!: ChatClient;
  connection: SimulatedConnection | undefined;
  private readonly own = new MemoryStorage();

  constructor(private readonly world: World) {
    this.open();
  }

  open(): void {
    this.client = new ChatClient({
      apiUrl: 'http://api',
      tokens: new TokenSource(jwt({ sub: 'ann', tenant_id: 't1' }), undefined),
      transport: (listener) => {
        const made = new SimulatedConnection(this.world.service, listener, () => this.world.reachable);
        return (this.connection = made);
      },
      storage: { lasting: this.world.lasting, tab: this.own },
      exclusively: this.world.exclusively,
      fetch: this.world.fetch,
    });
    void this.client.start();
  }

  /** `gracefully`: the page hears of its end. A page that does not was killed. */
  reload(gracefully: boolean): void {
    if (gracefully) this.client.keep();
    this.connection?.cut();
    this.client.destroy();
    this.open();
  }
}

/** A service, a network that obeys, and the tabs of one browser. */
class World {
  readonly service = new SimulatedService();
  readonly lasting = new MemoryStorage(new Map(), () => queueMicrotask(() => this.told()));
  readonly tabs: Tab[] = [];
  reachable = true;
  asked = 0;

  constructor(
    readonly exclusively: Exclusively,
    tabs: number,
  ) {
    if (tabs > 1) this.lasting.setItem('bizosaas-chat:http%3A%2F%2Fapi:t1:ann:session', 's');
    for (let index = 0; index < tabs; index += 1) this.tabs.push(new Tab(this));
  }

  readonly fetch = (async (url: string) => {
    if (!this.reachable) throw new TypeError('fetch failed');
    if (url.endsWith('/assistants')) return answerOf(200, { assistant: { name: 'MarketBot' }, session_info });
    if (this.tabs.length === 1 && this.service.logs.length === 0)
      return answerOf(404, { status: 404, code: 'CHAT_SESSION_NOT_FOUND' });
    return answerOf(200, this.service.history());
  }) as unknown as typeof fetch;

  send(tab: Tab): void {
    this.asked += 1;
    tab.client.send(`question ${this.asked}`);
  }

  /** Everything moves as it should, until nothing is left to do. */
  async heal(): Promise<void> {
    this.reachable = true;
    this.service.failing = 0;
    for (let turn = 0; turn < 240; turn += 1) {
      for (const { connection } of this.tabs) {
        while (connection && (connection.requests.length > 0 || connection.frames.length > 0)) {
          connection.serve();
          connection.deliver();
          await jest.advanceTimersByTimeAsync(0);
        }
      }
      this.service.work();
      await jest.advanceTimersByTimeAsync(500);
    }
  }

  close(): void {
    for (const { client } of this.tabs) client.destroy();
  }

  private told(): void {
    for (const { client } of this.tabs) client.storageChanged();
  }
}

const session_info = { user_id: 'ann', tenant_id: 't1', email: null };
const answerOf = (status: number, body: unknown) => ({
  ok: status === 200,
  status,
  headers: new Headers(),
  json: () => Promise.resolve(body),
});

type Step = (world: World, tab: Tab) => unknown;

/** What may happen, and how often it does. */
const STEPS: Readonly<Record<string, readonly [weight: number, step: Step]>> = {
  send: [3, (world, tab) => world.asked < 4 && world.send(tab)],
  flow: [8, (_world, tab) => flow(tab, 12)],
  serve: [2, (_world, tab) => tab.connection?.serve()],
  deliver: [3, (_world, tab) => tab.connection?.deliver()],
  work: [6, (world) => world.service.work()],
  workMore: [4, (world) => [1, 2, 3].forEach(() => world.service.work())],
  takeOver: [1, (world) => world.service.takeOver()],
  trim: [1, (world) => world.service.trim()],
  fail: [1, (world) => (world.service.failing += 1)],
  lose: [2, (_world, tab) => tab.connection?.lose()],
  repeat: [2, (_world, tab) => tab.connection?.repeat()],
  delay: [2, (_world, tab) => tab.connection?.delay()],
  cut: [2, (_world, tab) => tab.connection?.cut()],
  offline: [1, (world) => (world.reachable = false)],
  online: [2, comeBack],
  wait: [3, () => jest.advanceTimersByTimeAsync(700)],
  waitLong: [1, () => jest.advanceTimersByTimeAsync(16_000)],
  reload: [1, (_world, tab) => tab.reload(true)],
  crash: [1, (_world, tab) => tab.reload(false)],
};

async function flow({ connection }: Tab, most: number): Promise<void> {
  for (let index = 0; index < most; index += 1) {
    connection?.serve();
    connection?.deliver();
    await jest.advanceTimersByTimeAsync(0);
  }
}

function comeBack(world: World, tab: Tab): void {
  world.reachable = true;
  tab.client.wake();
}

const NAMES = Object.entries(STEPS).flatMap(([name, [weight]]) => Array<string>(weight).fill(name));
const story = fc.array(fc.record({ step: fc.constantFrom(...NAMES), tab: fc.nat({ max: 1 }) }), {
  minLength: 20,
  maxLength: 120,
  size: 'max',
});

/** What is shown of an answer is a prefix of what was logged in one epoch, at any time. */
function expectPrefixes(world: World): void {
  for (const { client } of world.tabs) {
    for (const entry of entriesOf(client.store.state)) {
      if (entry.kind !== 'answer' || entry.runId === null) continue;
      const epochs = ['', ...world.service.texts(entry.runId)];
      expect([entry.text, epochs.some((text) => text.startsWith(entry.text))]).toEqual([entry.text, true]);
    }
  }
}

/** Every tab shows every question and every answer of the service, once and in order, and nothing else. */
function expectTheLog(world: World): void {
  const stored = world.service.logs.flatMap(({ question, runId }) => [
    question.content,
    world.service.texts(runId).at(-1),
  ]);
  const { logs } = world.service;
  expect(logs.map(({ question }) => question.content).sort()).toEqual(
    Array.from({ length: world.asked }, (_, index) => `question ${index + 1}`),
  );
  for (const { client } of world.tabs) {
    expect(client.store.state.outgoing).toEqual([]);
    expect(entriesOf(client.store.state).map((entry) => entry.text)).toEqual(stored);
    expect(client.store.state.status).toBe('online');
  }
}

async function play(world: World, steps: readonly { step: string; tab: number }[]): Promise<void> {
  await jest.advanceTimersByTimeAsync(0);
  for (const tab of world.tabs) await flow(tab, 3);
  for (const { step, tab } of steps) {
    await STEPS[step]![1](world, world.tabs[tab % world.tabs.length]!);
    await jest.advanceTimersByTimeAsync(0);
    expectPrefixes(world);
  }
  await world.heal();
}

/** One lock for all tabs, as Web Locks are. */
function oneAtATime(): Exclusively {
  let before: Promise<void> = Promise.resolve();
  return (_name, work) => {
    const mine = before.then(work);
    before = mine.catch(() => undefined);
    return mine;
  };
}

describe('whatever the network, the nodes and the pages do', () => {
  beforeEach(() => {
    jest.useFakeTimers();
    jest.spyOn(Math, 'random').mockReturnValue(0.5);
  });
  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  it('each question is asked once and in order, and each token of its answer shown once and in order', async () => {
    await fc.assert(
      fc.asyncProperty(story, async (steps) => {
        const world = new World(sideBySide, 1);
        try {
          await play(world, steps);
          expectTheLog(world);
          const order = world.service.logs.map(({ question }) => question.content);
          expect(order).toEqual([...order].sort());
        } finally {
          world.close();
        }
      }),
      { numRuns: RUNS },
    );
  }, 240_000);

  it.each([
    ['with a lock between them', oneAtATime],
    ['without', () => sideBySide],
  ])(
    'two tabs neither lose nor repeat anything, %s',
    async (_name, exclusively) => {
      await fc.assert(
        fc.asyncProperty(story, async (steps) => {
          const world = new World(exclusively(), 2);
          try {
            await play(world, steps);
            expectTheLog(world);
          } finally {
            world.close();
          }
        }),
        { numRuns: RUNS },
      );
    },
    240_000,
  );
});
