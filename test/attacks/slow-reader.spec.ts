import { createHash, randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunningApp, startApp } from '../support/app.js';
import { AUTH_ENV, Client, eventually } from '../support/client.js';
import { startModelServer } from '../support/model-server.js';

/** About 200 kB, in pieces that the log joins. */
const LONG = Array.from({ length: 2_000 }, (_, index) => `${index}-${'x'.repeat(94)}`).join(' ');
/** Asked for so often that the buffers of the kernel are full long before. */
const RESUMES = 200;
const FOR_A_BUSY_MACHINE = 60_000;

/** Short enough to be printed where it differs. */
const sum = (text: string): string => `${text.length} ${createHash('sha256').update(text).digest('hex')}`;

describe('A17 a client that never reads', () => {
  let app: RunningApp;
  let model: Awaited<ReturnType<typeof startModelServer>>;
  let ann: Client;
  let run: string;

  beforeAll(async () => {
    model = await startModelServer({ reply: () => LONG });
    app = await startApp({ ...AUTH_ENV, OPENAI_BASE_URL: model.url, MAX_OUTPUT_TOKENS: '100000' });
    ann = new Client(app.url);
    const { status, body } = await ann.send('tell me everything', { session_id: 's' });
    run = body.run_id;
    expect([status, sum(body.ai_response.content)]).toEqual([200, sum(LONG)]);
  }, FOR_A_BUSY_MACHINE);
  afterAll(async () => {
    await app.close();
    await model.close();
  });

  const connections = async (): Promise<number> => (await ann.get('/health')).body.websocket_connections;

  /** Another user's answers arrive while somebody else is choked. */
  const othersWork = async (): Promise<void> => {
    const bob = new Client(app.url);
    const socket = await bob.socket();
    const { ok, run_id } = await socket.ask('message:send', {
      session_id: 'b',
      content: 'hi',
      client_message_id: randomUUID(),
    });
    expect(ok).toBe(true);
    await socket.final(run_id);
    socket.close();
  };

  it(
    'over the raw WebSocket: is closed, others are not held up, and can come back and resume',
    async () => {
      const before = await connections();
      const raw = await ann.raw('s', '&stream=true');
      const tcp = (raw.socket as unknown as { _socket: Socket })._socket;
      tcp.pause();
      for (let i = 0; i < RESUMES; i += 1) {
        raw.send({ type: 'resume', run_id: run, epoch: 0, after_seq: 0 });
        await sleep(10);
      }
      await othersWork();
      await eventually(async () => (await connections()) === before, FOR_A_BUSY_MACHINE);
      raw.socket.terminate();

      const again = await ann.raw('s', '&stream=true');
      again.send({ type: 'resume', run_id: run, epoch: 0, after_seq: 0 });
      await again.frame(({ type, event }) => type === 'event' && event === 'run.completed');
      const text = again.frames.filter(({ event }) => event === 'text.delta').map((frame) => frame.text);
      expect(sum(text.join(''))).toBe(sum(LONG));
      again.close();
    },
    2 * FOR_A_BUSY_MACHINE,
  );

  it(
    'over socket.io: is closed, others are not held up, and can come back and resume',
    async () => {
      const before = await connections();
      const slow = await ann.socket();
      const engine = slow.socket.io.engine as unknown as {
        transport: { ws: { _socket: Socket; terminate(): void } };
      };
      const { ws } = engine.transport;
      ws._socket.pause();
      for (let i = 0; i < RESUMES; i += 1) {
        slow.socket.emit('run:resume', { run_id: run, epoch: 0, after_seq: 0 }, () => undefined);
        await sleep(10);
      }
      await othersWork();
      await eventually(async () => (await connections()) === before, FOR_A_BUSY_MACHINE);
      ws.terminate();
      slow.close();

      const again = await ann.socket();
      await again.ask('run:resume', { run_id: run, epoch: 0, after_seq: 0 });
      await again.final(run);
      const text = again
        .answer(run)
        .filter(({ event }) => event === 'text.delta')
        .map((event) => event.text);
      expect(sum(text.join(''))).toBe(sum(LONG));
      again.close();
    },
    2 * FOR_A_BUSY_MACHINE,
  );
});
