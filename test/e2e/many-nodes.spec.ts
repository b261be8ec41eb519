import pg from 'pg';
import { type Client, eventually, type RawClient, type SocketClient } from '../support/client.js';
import { Nodes, type NodesOptions } from '../support/nodes.js';

const FINAL = /^run\.(completed|failed|cancelled|interrupted)$/;
const ARRANGEMENTS: [string, NodesOptions][] = [
  ['three nodes with Redis', { nodes: 3, redis: true }],
  ['two workers without Redis', { workers: 2 }],
];

/** Devices of one user, one socket.io and one raw WebSocket for each process. */
interface Devices {
  readonly clients: Client[];
  readonly sockets: SocketClient[];
  readonly raws: RawClient[];
  close(): void;
}

describe.each(ARRANGEMENTS)('%s', (_name, arrangement) => {
  let nodes: Nodes;
  beforeAll(async () => {
    nodes = await Nodes.start({ ...arrangement, env: { RATE_LIMIT_PER_MINUTE: '60' } });
  });
  afterAll(() => nodes.close());

  const devices = async (session = 's'): Promise<Devices> => {
    const clients = nodes.clientsOf();
    const sockets: SocketClient[] = [];
    const raws: RawClient[] = [];
    for (const client of clients) {
      const socket = await client.socket();
      await socket.ask('session:join', { session_id: session });
      const raw = await client.raw(session, '&stream=true');
      await raw.frame(({ type }) => type === 'system');
      sockets.push(socket);
      raws.push(raw);
    }
    return {
      clients,
      sockets,
      raws,
      close: () => [...sockets, ...raws].forEach((device) => device.close()),
    };
  };
  const send = (socket: SocketClient, content: string, id = `m-${Math.random()}`): Promise<any> =>
    socket.ask('message:send', { content, session_id: 's', client_message_id: id });
  const eventsOf = (raw: RawClient, runId: string): any[] =>
    raw.frames.filter(({ type, run_id }) => type === 'event' && run_id === runId);
  const finalOf = (raw: RawClient, runId: string): Promise<any> =>
    raw.frame(({ event, run_id }) => run_id === runId && FINAL.test(event ?? ''));
  const seqs = (events: any[]): string[] => events.map(({ epoch, seq }) => `${epoch}/${seq}`);
  const begun = (socket: SocketClient, runId: string, count = 3): Promise<unknown> =>
    eventually(() => socket.answer(runId).length >= count);

  it('shows an answer to devices on every process, each event once and in order, and the question', async () => {
    const all = await devices();
    const [sender, ...others] = all.sockets;
    const { run_id: runId, message } = await send(sender!, 'long story');
    const final = await sender!.final(runId);
    const whole = sender!.answer(runId);
    expect(seqs(whole)).toEqual(whole.map((_, index) => `1/${index + 1}`));
    for (const socket of others) {
      expect(await socket.final(runId)).toEqual(final);
      expect(socket.answer(runId)).toEqual(whole);
      expect(socket.of('message:created').map(({ id }) => id)).toEqual([message.id]);
    }
    for (const raw of all.raws) {
      await finalOf(raw, runId);
      expect(seqs(eventsOf(raw, runId))).toEqual(seqs(whole));
      const messages = raw.frames.filter(({ type }) => type === 'message');
      expect(messages.map(({ metadata }) => metadata.message_type)).toEqual(['user', 'assistant']);
      expect(messages[1].content).toBe(final.message.content);
    }
    expect(sender!.of('message:created')).toEqual([]);
    all.close();
  });

  it('stops from another process, keeps what was shown, and makes the answer again from a third', async () => {
    const all = await devices();
    const [sender, stopper] = all.sockets;
    const { run_id: runId } = await send(sender!, 'longer stop');
    await begun(stopper!, runId);
    expect(await stopper!.ask('run:stop', { run_id: runId })).toEqual({ ok: true, state: 'cancelled' });
    expect((await sender!.final(runId)).event).toBe('run.cancelled');
    const before = nodes.model.requests.length;
    const again = await all.sockets.at(-1)!.ask('run:retry', { run_id: runId });
    for (const socket of all.sockets) expect((await socket.final(again.run_id)).event).toBe('run.completed');
    expect(nodes.model.requests.length).toBe(before + 1);
    all.close();
  });

  it('stops over REST and the raw WebSocket, too', async () => {
    const all = await devices();
    const first = await send(all.sockets[0]!, 'endless rest');
    await begun(all.sockets[0]!, first.run_id);
    await all.clients.at(-1)!.call('POST', `/chat/runs/${first.run_id}/stop`);
    expect((await all.sockets[0]!.final(first.run_id)).event).toBe('run.cancelled');
    const second = await send(all.sockets[0]!, 'endless raw');
    await begun(all.sockets[0]!, second.run_id);
    all.raws.at(-1)!.send({ type: 'stop' });
    expect((await all.sockets[0]!.final(second.run_id)).event).toBe('run.cancelled');
    all.close();
  });

  it('deletes a session on another process: its answer ends, and every device hears of it', async () => {
    const all = await devices();
    const aborted = nodes.model.aborted;
    const { run_id: runId } = await send(all.sockets[0]!, 'endless gone');
    await begun(all.sockets[0]!, runId);
    expect((await all.clients.at(-1)!.call('DELETE', '/chat/session/s')).status).toBe(200);
    for (const socket of all.sockets)
      await eventually(() => socket.of('session:deleted').some(({ session_id }) => session_id === 's'));
    for (const raw of all.raws) await raw.frame(({ metadata }) => metadata?.event === 'session:deleted');
    await eventually(() => nodes.model.aborted > aborted);
    for (const client of all.clients) expect((await client.get('/chat/history/s')).status).toBe(404);
    all.close();
  });

  it('resumes on another process in the middle of an answer, over both kinds of socket', async () => {
    const [here, there] = nodes.clientsOf();
    const socket = await here!.socket();
    const { run_id: runId } = await send(socket, 'long resume');
    await begun(socket, runId, 5);
    socket.close();
    const seen = [...socket.answer(runId)];
    const { epoch, seq } = seen.at(-1);
    const [moved, raw] = [await there!.socket(), await there!.raw('s', '&stream=true')];
    await raw.frame(({ type }) => type === 'system');
    await moved.ask('run:resume', { run_id: runId, epoch, after_seq: seq });
    raw.send({ type: 'resume', run_id: runId, epoch, after_seq: seq });
    const final = await moved.final(runId);
    await finalOf(raw, runId);
    const once = (events: any[]): any[] => [...new Map(events.map((event) => [event.seq, event])).values()];
    const whole = once([...seen, ...moved.answer(runId)]);
    expect(whole.map(({ seq: number }) => number)).toEqual(whole.map((_, index) => index + 1));
    expect(whole.map(({ text }) => text ?? '').join('')).toBe(final.message.content);
    expect(once([...seen, ...eventsOf(raw, runId)])).toHaveLength(whole.length);
    moved.close();
    raw.close();
  });

  it('tells typing, presence and changes of the session to devices on every process', async () => {
    const all = await devices();
    const count = all.sockets.length + all.raws.length;
    for (const socket of all.sockets) await eventually(() => socket.of('presence').at(-1)?.devices === count);
    const [typist, ...others] = all.sockets;
    await send(typist!, 'hello');
    await typist!.ask('typing', { session_id: 's', is_typing: true });
    for (const socket of others)
      await eventually(() => socket.of('typing').some(({ is_typing }) => is_typing));
    for (const raw of all.raws)
      await raw.frame(({ type, metadata }) => type === 'typing' && metadata.sender === undefined);
    expect(typist!.of('typing')).toEqual([]);
    await eventually(
      async () => (await all.clients[0]!.call('PATCH', '/chat/session/s', { title: 'New' })).status === 200,
    );
    for (const socket of all.sockets)
      await eventually(() => socket.of('session:updated').some(({ title }) => title === 'New'));
    for (const raw of all.raws)
      await raw.frame(
        ({ metadata }) => metadata?.event === 'session:updated' && metadata.session.title === 'New',
      );
    all.raws[0]!.close();
    all.sockets.at(-1)!.close();
    for (const socket of all.sockets.slice(0, -1))
      await eventually(() => socket.of('presence').at(-1)?.devices === count - 2);
    all.close();
  });

  it('takes 50 sends of one client_message_id over three transports as one', async () => {
    const clients = nodes.clientsOf();
    const sockets = await Promise.all(clients.map((client) => client.socket()));
    const raws = await Promise.all(clients.map((client) => client.raw('once')));
    const before = nodes.model.requests.length;
    const acks = Array.from({ length: 50 }, async (_, index): Promise<[string, string]> => {
      const at = index % clients.length;
      if (index % 3 === 0) {
        const ack = await sockets[at]!.ask('message:send', {
          content: 'once only',
          session_id: 'once',
          client_message_id: 'the-one',
        });
        return [ack.message.id, ack.run_id];
      }
      if (index % 3 === 1) {
        const { body } = await clients[at]!.send('once only', {
          session_id: 'once',
          client_message_id: 'the-one',
        });
        return [body.user_message.id, body.run_id];
      }
      raws[at]!.send({ type: 'message', content: 'once only', client_message_id: 'the-one' });
      const { metadata } = await raws[at]!.frame(({ type }) => type === 'ack');
      return [metadata.message_id, metadata.run_id];
    });
    const given = await Promise.all(acks);
    expect(new Set(given.map(([message]) => message)).size).toBe(1);
    expect(new Set(given.map(([, run]) => run)).size).toBe(1);
    const { body } = await clients.at(-1)!.get('/chat/history/once');
    expect(body.session.messages.map(({ content }: any) => content)).toEqual(['once only', 'ok']);
    const client = new pg.Client({ connectionString: nodes.database.url });
    await client.connect();
    const { rows } = await client.query('SELECT count(*)::int AS runs FROM chat_runs WHERE user_id = $1', [
      clients[0]!.user,
    ]);
    await client.end();
    expect(rows).toEqual([{ runs: 1 }]);
    expect(nodes.model.requests.length).toBe(before + 1);
    for (const device of [...sockets, ...raws]) device.close();
  });

  it('holds the limit on messages over all processes', async () => {
    const clients = nodes.clientsOf();
    const sockets = await Promise.all(clients.map((client) => client.socket()));
    const acks = await Promise.all(
      Array.from({ length: 75 }, (_, index) =>
        sockets[index % sockets.length]!.ask('message:send', {
          content: 'hi',
          session_id: `s${index}`,
          client_message_id: `m${index}`,
        }),
      ),
    );
    expect(acks.filter(({ ok }) => ok)).toHaveLength(60);
    const refused = acks.filter(({ ok }) => !ok).map(({ error }) => error.code);
    expect(new Set(refused)).toEqual(new Set(['RATE_LIMITED']));
    const usage = await Promise.all(clients.map((client) => client.get('/chat/usage')));
    expect(usage.map(({ body }) => body.limits.messages_remaining)).toEqual(clients.map(() => 0));
    for (const socket of sockets) socket.close();
  });
});
