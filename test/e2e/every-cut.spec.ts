import { randomUUID } from 'node:crypto';
import { type RunningApp, startApp } from '../support/app.js';
import { AUTH_ENV, Client } from '../support/client.js';
import { startModelServer } from '../support/model-server.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { sharedRedisUrl } from '../support/redis.js';
import type { ScriptedServer } from '../support/scripted-server.js';

const TOKENS = 20;
/** Begun, every token for itself, ended. */
const MOST_SEQS = TOKENS + 2;
const FINAL = 'run.completed';

type Listener = (event: any) => void;

/** One connection that tells answer events. */
interface Line {
  resume(runId: string, epoch: number, seq: number): void;
  cut(): void;
}

const OPENERS: Record<string, (client: Client, onEvent: Listener) => Promise<Line>> = {
  'socket.io': async (client, onEvent) => {
    const { socket, ask } = await open(client);
    socket.on('answer', onEvent);
    await ask('session:join', { session_id: 's' });
    const engine = socket.io.engine as unknown as { transport: { ws: { terminate(): void } } };
    return {
      resume: (run_id, epoch, after_seq) => {
        const acknowledged = ask('run:resume', { run_id, epoch, after_seq });
        acknowledged.catch(() => undefined);
      },
      cut: () => engine.transport.ws.terminate(),
    };
  },
  'raw WebSocket': async (client, onEvent) => {
    const raw = await client.raw('s', '&stream=true');
    await raw.frame(({ type }) => type === 'system');
    raw.socket.on('message', (data) => {
      const frame = JSON.parse(String(data));
      if (frame.type === 'event') onEvent(frame);
    });
    return {
      resume: (run_id, epoch, after_seq) => raw.send({ type: 'resume', run_id, epoch, after_seq }),
      cut: () => raw.socket.terminate(),
    };
  },
};

async function open(client: Client) {
  const connected = await client.socket();
  return { socket: connected.socket, ask: connected.ask.bind(connected) };
}

/** A reader who loses the connection right after one seq, and resumes on `next`. Out: what was shown, each seq once. */
async function cutAt(
  seq: number,
  transport: (typeof OPENERS)[string],
  first: Client,
  next: Client,
): Promise<{ cut: boolean; shown: any[]; ended: Promise<void> }> {
  const reader = { cut: false, shown: [] as any[], ended: Promise.resolve() };
  let line: Line;
  let told: () => void;
  reader.ended = new Promise((resolve) => (told = resolve));
  const take: Listener = (event) => {
    if (event.seq !== reader.shown.length + 1) return;
    reader.shown.push(event);
    if (event.event === FINAL) {
      line.cut();
      told();
    } else if (event.seq === seq && !reader.cut) {
      reader.cut = true;
      line.cut();
      void transport!(next, take).then((again) => {
        line = again;
        line.resume(event.run_id, event.epoch, reader.shown.length);
      });
    }
  };
  line = await transport!(first, take);
  return reader;
}

describe('a connection that is cut after any single event of an answer', () => {
  let database: TestDatabase;
  let model: ScriptedServer;
  let nodes: RunningApp[];
  beforeAll(async () => {
    [database, model] = await Promise.all([
      createTestDatabase(),
      startModelServer({ tokens: TOKENS, delayMs: 120 }),
    ]);
    const env = {
      ...AUTH_ENV,
      DATABASE_URL: database.url,
      REDIS_URL: sharedRedisUrl(),
      OPENAI_BASE_URL: model.url,
      LOG_BATCH_MS: '5',
      MAX_CONNECTIONS_PER_USER: '500',
      MAX_CONNECTIONS_PER_ADDRESS: '1000',
    };
    nodes = [await startApp(env), await startApp(env)];
  });
  afterAll(async () => {
    for (const node of nodes) await node.close();
    await model.close();
    await database.drop();
  });

  it.each([
    ['socket.io', 'the same node', 0],
    ['socket.io', 'another node', 1],
    ['raw WebSocket', 'the same node', 0],
    ['raw WebSocket', 'another node', 1],
  ] as const)('%s, resumed on %s: shows the stored answer each time', async (transport, _where, target) => {
    const here = new Client(nodes[0]!.url);
    const there = new Client(nodes[target]!.url, { tenant: here.tenant, user: here.user });
    const seqs = Array.from({ length: MOST_SEQS }, (_, index) => index + 1);
    const readers = await Promise.all(seqs.map((seq) => cutAt(seq, OPENERS[transport]!, here, there)));
    const asker = await here.socket();
    const ack = await asker.ask('message:send', {
      session_id: 's',
      content: 'count',
      client_message_id: randomUUID(),
    });
    const final = await asker.final(ack.run_id);
    await Promise.all(readers.map(({ ended }) => ended));
    const { body } = await here.get('/chat/history/s');
    const stored = body.session.messages.at(-1).content;

    expect(final.event).toBe(FINAL);
    expect(final.seq).toBeGreaterThan(TOKENS / 2);
    expect(readers.filter(({ cut }) => cut)).toHaveLength(final.seq - 1);
    for (const { shown } of readers) {
      expect(shown.map(({ seq }) => seq)).toEqual(Array.from({ length: final.seq }, (_, index) => index + 1));
      expect(shown.map(({ text }) => text ?? '').join('')).toBe(stored);
    }
    asker.close();
  });
});
