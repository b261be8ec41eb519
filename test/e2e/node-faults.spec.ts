import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type RunningApp, startApp } from '../support/app.js';
import { AUTH_ENV, Client, eventually, type RawClient, type SocketClient } from '../support/client.js';
import { type ScriptedServer } from '../support/scripted-server.js';
import { startModelServer } from '../support/model-server.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { OwnRedis } from '../support/redis.js';

/** What a device was shown of a run: (seq, text) each once and in order, or the test fails. */
function shownOnce(events: readonly any[]): string {
  const seen = new Map<string, any>();
  for (const event of events) seen.set(`${event.epoch}/${event.seq}`, event);
  const kept = [...seen.values()];
  expect(kept.map(({ seq }) => seq)).toEqual(kept.map((_, index) => index + 1));
  return kept.map(({ event, text }) => (event === 'text.delta' ? text : '')).join('');
}

describe('two nodes whose fan-out or signals fail', () => {
  let redis: OwnRedis;
  let model: ScriptedServer;
  let database: TestDatabase;
  let nodes: RunningApp[];
  let here: Client;
  let there: Client;

  beforeAll(async () => {
    [redis, model, database] = await Promise.all([
      OwnRedis.start(),
      startModelServer({ tokens: 60, delayMs: 60 }),
      createTestDatabase(),
    ]);
    const env = {
      ...AUTH_ENV,
      DATABASE_URL: database.url,
      REDIS_URL: redis.url,
      OPENAI_BASE_URL: model.url,
    };
    nodes = [await startApp(env), await startApp(env)];
  });
  afterAll(async () => {
    for (const node of nodes) await node.close();
    await redis.kill();
    await model.close();
    await database.drop();
  });
  beforeEach(async () => {
    await redis.revive();
    here = new Client(nodes[0]!.url);
    there = new Client(nodes[1]!.url, { tenant: here.tenant, user: here.user });
    await eventually(async () => (await here.get('/health')).body.redis.status === 'up', 30_000);
  });

  const devices = async (): Promise<{ sender: SocketClient; watcher: SocketClient; raw: RawClient }> => {
    const [sender, watcher] = [await here.socket(), await there.socket()];
    for (const socket of [sender, watcher]) await socket.ask('session:join', { session_id: 's' });
    const raw = await there.raw('s', '&stream=true');
    await raw.frame(({ type }) => type === 'system');
    return { sender, watcher, raw };
  };
  const send = (socket: SocketClient, id = 'm1'): Promise<any> =>
    socket.ask('message:send', { content: 'hi', session_id: 's', client_message_id: id });
  const events = (raw: RawClient, runId: string): any[] =>
    raw.frames.filter(({ type, run_id }) => type === 'event' && run_id === runId);
  const ends = async (socket: SocketClient, raw: RawClient, runId: string): Promise<void> => {
    expect((await socket.final(runId)).event).toBe('run.completed');
    await raw.frame(({ event, run_id }) => event === 'run.completed' && run_id === runId);
  };

  it('shows an answer on the other node while Redis is down from beginning to end, and the question', async () => {
    const { sender, watcher, raw } = await devices();
    await redis.kill();
    const { run_id: runId, message } = await send(sender);
    await ends(watcher, raw, runId);
    const text = shownOnce(sender.answer(runId));
    expect(shownOnce(watcher.answer(runId))).toBe(text);
    expect(shownOnce(events(raw, runId))).toBe(text);
    expect(watcher.of('message:created').map(({ id }) => id)).toEqual([message.id]);
    expect(sender.of('message:created')).toEqual([]);
    await eventually(async () => (await there.get('/health')).body.redis.status === 'down', 20_000);
    expect((await there.get('/health')).body.status).toBe('degraded');
    await redis.restart();
    for (const socket of [sender, watcher, raw]) socket.close();
  });

  it('fills what was lost while Redis was away in the middle of an answer', async () => {
    const { sender, watcher, raw } = await devices();
    const { run_id: runId } = await send(sender);
    await eventually(() => watcher.answer(runId).length > 1);
    const before = sender.answer(runId).length;
    await redis.kill();
    await eventually(() => sender.answer(runId).length > before + 1);
    await redis.restart();
    await ends(watcher, raw, runId);
    const text = shownOnce(sender.answer(runId));
    expect(shownOnce(watcher.answer(runId))).toBe(text);
    expect(shownOnce(events(raw, runId))).toBe(text);
    for (const socket of [sender, watcher, raw]) socket.close();
  });

  it('shows a device that saw the end by resuming nothing of it again when Redis is back', async () => {
    const before = await here.socket();
    const { run_id: run } = await before.ask('message:send', {
      session_id: 's',
      content: 'resume without Redis',
      client_message_id: randomUUID(),
    });
    await eventually(() => before.answer(run).length > 1);
    before.close();
    const { epoch, seq } = before.answer(run).at(-1);
    await redis.kill();
    const [socket, raw] = [await there.socket(), await there.raw('s', '&stream=true')];
    await socket.ask('run:resume', { run_id: run, epoch, after_seq: seq });
    raw.send({ type: 'resume', run_id: run, epoch, after_seq: seq });
    const final = await socket.final(run);
    await raw.frame(({ event, run_id }) => event === final.event && run_id === run);
    const seqs = (): number[][] => [
      socket.answer(run).map((event) => event.seq),
      raw.frames.filter(({ type, run_id }) => type === 'event' && run_id === run).map((event) => event.seq),
    ];
    const atTheEnd = seqs();
    const rest = Array.from({ length: final.seq - seq }, (_, index) => seq + 1 + index);
    // A device may be told live events between its connection and its resume; the resume then tells them again.
    for (const told of atTheEnd) expect(told.slice(-rest.length)).toEqual(rest);
    await redis.restart();
    await eventually(async () => (await there.get('/health')).body.redis.status === 'up', 30_000);
    await sleep(2_000);
    expect(seqs()).toEqual(atTheEnd);
    socket.close();
    raw.close();
  });

  it('goes on while Redis is silent', async () => {
    const { sender, watcher, raw } = await devices();
    redis.stall();
    const { run_id: runId } = await send(sender);
    expect((await sender.final(runId)).event).toBe('run.completed');
    await ends(watcher, raw, runId);
    redis.resume();
    for (const socket of [sender, watcher, raw]) socket.close();
  });

  it('shows who came first everything, though a device that came later was told less', async () => {
    const { sender, watcher, raw } = await devices();
    await redis.kill();
    const { run_id: runId } = await send(sender);
    await eventually(() => sender.answer(runId).length > 1);
    const late = await there.socket();
    const { active_run: told } = await late.ask('session:join', { session_id: 's' });
    expect(told.run_id).toBe(runId);
    await redis.restart();
    await ends(watcher, raw, runId);
    expect(shownOnce(watcher.answer(runId))).toBe(shownOnce(sender.answer(runId)));
    const later = late.answer(runId).filter(({ seq }) => seq > told.seq);
    expect(new Set(later.map(({ seq }) => seq)).size).toBe(sender.answer(runId).at(-1).seq - told.seq);
    for (const socket of [sender, watcher, raw, late]) socket.close();
  });

  it('stops a run on the other node although the signal is lost', async () => {
    const { sender, watcher, raw } = await devices();
    model.setBehaviour({ hang: 3 });
    const { run_id: runId } = await send(sender);
    await eventually(() => watcher.answer(runId).some(({ event }) => event === 'text.delta'));
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query("UPDATE chat_runs SET stop_requested_at = now() WHERE state = 'running'");
    expect((await watcher.final(runId)).event).toBe('run.cancelled');
    await client.end();
    model.setBehaviour({});
    for (const socket of [sender, watcher, raw]) socket.close();
  });

  it('listens for signals again after its connection was cut, and looks for what it missed', async () => {
    const { sender, watcher, raw } = await devices();
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const listening = async (): Promise<number> =>
      (
        await client.query(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE '% signals'`,
        )
      ).rowCount ?? 0;
    expect(await listening()).toBe(2);
    await client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND application_name LIKE '% signals'`,
    );
    model.setBehaviour({ hang: 3 });
    const { run_id: runId } = await send(sender);
    await eventually(async () => (await listening()) === 2);
    await eventually(() => watcher.answer(runId).some(({ event }) => event === 'text.delta'));
    expect(await watcher.ask('run:stop', { run_id: runId })).toEqual({ ok: true, state: 'cancelled' });
    await client.end();
    model.setBehaviour({});
    for (const socket of [sender, watcher, raw]) socket.close();
  });
});
