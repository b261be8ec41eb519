import { type RunningApp, startApp } from '../support/app.js';
import { AUTH_ENV, Client, eventually } from '../support/client.js';
import { startModelServer } from '../support/model-server.js';

describe('sessions over REST', () => {
  let app: RunningApp;
  let model: Awaited<ReturnType<typeof startModelServer>>;
  const client = (who = {}): Client => new Client(app.url, who);

  beforeAll(async () => {
    model = await startModelServer({
      reply: (messages) => `You said: ${messages.at(-1)?.content.split('\n').at(-1)}`,
    });
    app = await startApp({ ...AUTH_ENV, OPENAI_BASE_URL: model.url });
  });
  afterEach(() => model.setBehaviour({}));
  afterAll(async () => {
    await app.close();
    await model.close();
  });

  it('lists, searches, pages, renames, pins, marks read, exports and deletes sessions', async () => {
    const ann = client();
    for (const [id, text] of [
      ['s1', 'about apples'],
      ['s2', 'about pears 100%'],
      ['s3', 'über Äpfel'],
    ] as const) {
      await ann.send(text, { session_id: id });
    }
    const list = await ann.get('/chat/sessions');
    expect(list.body.sessions.map((session: any) => session.id)).toEqual(['s3', 's2', 's1']);
    expect(list.body.sessions[0]).toMatchObject({
      title: 'über Äpfel',
      message_count: 2,
      unread: 1,
      is_pinned: false,
    });
    const page = await ann.get('/chat/sessions?limit=2');
    const rest = await ann.get(`/chat/sessions?limit=2&cursor=${page.body.next_cursor}`);
    expect([...page.body.sessions, ...rest.body.sessions].map((session: any) => session.id)).toEqual([
      's3',
      's2',
      's1',
    ]);
    expect(rest.body.next_cursor).toBeUndefined();
    const found = async (q: string): Promise<string[]> =>
      (await ann.get(`/chat/sessions?q=${encodeURIComponent(q)}`)).body.sessions.map(
        (session: any) => session.id,
      );
    expect(await found('APPLES')).toEqual(['s1']);
    expect(await found('äpfel')).toEqual(['s3']);
    expect(await found('100%')).toEqual(['s2']);
    expect(await found('%')).toEqual([]);
    const changed = await ann.call('PATCH', '/chat/session/s1', {
      title: 'Fruit',
      is_pinned: true,
      last_read_position: 2,
    });
    expect(changed.body).toMatchObject({ id: 's1', title: 'Fruit', is_pinned: true, unread: 0 });
    const markdown = await ann.get('/chat/session/s1/export?format=markdown');
    expect(markdown.body).toContain('# Fruit');
    expect(markdown.body).toContain('You said: about apples');
    expect(markdown.headers.get('content-disposition')).toBe('attachment; filename="s1.md"');
    expect((await ann.get('/chat/session/s1/export')).body.messages).toHaveLength(2);
    const deleted = await ann.call('DELETE', '/chat/session/s1');
    expect(deleted).toMatchObject({ status: 200, body: { status: 'Session deleted successfully' } });
    for (const answer of [
      await ann.get('/chat/history/s1'),
      await ann.call('DELETE', '/chat/session/s1'),
      await ann.call('PATCH', '/chat/session/s1', { title: 'x' }),
      await ann.get('/chat/session/s1/export'),
      await ann.send('hello again', { session_id: 's1' }),
    ]) {
      expect(answer).toMatchObject({ status: 404, body: { code: 'CHAT_SESSION_NOT_FOUND' } });
    }
    expect(await found('apples')).toEqual([]);
  });

  it('stops the live answer of a session that is deleted, and late tokens bring nothing back', async () => {
    const ann = client();
    model.setBehaviour({ delayMs: 150 });
    const stream = ann.events('POST', '/chat/message', {
      message: 'a b c d e f g h i j k',
      session_id: 'gone',
    });
    await stream.next();
    const aborted = model.aborted;
    await ann.call('DELETE', '/chat/session/gone');
    await eventually(() => model.aborted > aborted);
    expect((await ann.get('/chat/history/gone')).status).toBe(404);
    expect((await ann.get('/chat/sessions')).body.sessions).toEqual([]);
    await stream.return(undefined);
  });

  it('pages history by position', async () => {
    const ann = client();
    for (let i = 0; i < 4; i += 1) await ann.send(`q${i}`, { session_id: 'long' });
    const newest = await ann.get('/chat/history/long?limit=3');
    const positions = newest.body.session.messages.map((message: any) => message.position);
    expect(positions).toEqual([6, 7, 8]);
    const older = await ann.get(`/chat/history/long?limit=200&before=${positions[0]}`);
    expect(older.body.session.messages.map((message: any) => message.position)).toEqual([1, 2, 3, 4, 5]);
  });

  it('tells of a question without an answer what became of it', async () => {
    const ann = client();
    model.setBehaviour({ hang: true, times: 1 });
    const socket = await ann.socket();
    const ask = (content: string) =>
      socket.ask('message:send', { content, session_id: 'open', client_message_id: content });
    const first = await ask('first');
    const second = await ask('second');
    const told = async (): Promise<unknown[]> =>
      (await ann.get('/chat/history/open')).body.session.messages.map(({ type, metadata }: any) => [
        type,
        metadata.run_id,
        metadata.state,
      ]);
    await eventually(async () => JSON.stringify(await told()).includes('"running"'));
    expect(await told()).toEqual([
      ['user', first.run_id, 'running'],
      ['user', second.run_id, 'queued'],
    ]);
    await socket.ask('run:stop', { run_id: first.run_id });
    await socket.final(second.run_id);
    expect(await told()).toEqual([
      ['user', first.run_id, 'cancelled'],
      ['user', undefined, undefined],
      ['assistant', second.run_id, 'completed'],
    ]);
    const again = await socket.ask('run:retry', { run_id: first.run_id });
    await socket.final(again.run_id);
    expect((await told()).slice(0, 2)).toEqual([
      ['user', undefined, undefined],
      ['assistant', again.run_id, 'completed'],
    ]);
    socket.close();
  });

  it('branches when a message is edited and sent again', async () => {
    const ann = client();
    const first = await ann.send('one', { session_id: 'b' });
    await ann.send('two', { session_id: 'b' });
    const before = model.requests.length;
    await ann.send('two, better', { session_id: 'b', parent_id: first.body.ai_response.id });
    const { body } = await ann.get('/chat/history/b');
    expect(body.session.messages.map((message: any) => message.content)).toEqual([
      'one',
      'You said: one',
      'two, better',
      'You said: two, better',
    ]);
    const asked = JSON.stringify(model.requests.slice(before).at(-1)?.messages);
    expect(asked).toContain('You said: one');
    expect(asked).not.toContain('You said: two"');
    const stranger = await ann.send('x', { session_id: 'c', parent_id: first.body.ai_response.id });
    expect(stranger).toMatchObject({ status: 404, body: { code: 'CHAT_MESSAGE_NOT_FOUND' } });
  });

  it('branches from the root when the first message is edited', async () => {
    const ann = client();
    await ann.send('one', { session_id: 'root' });
    await ann.send('two', { session_id: 'root' });
    const before = model.requests.length;
    const edited = { session_id: 'root', parent_id: null, client_message_id: 'edit' };
    const first = await ann.send('one, better', edited);
    const { body } = await ann.get('/chat/history/root');
    expect(body.session.messages.map((message: any) => message.content)).toEqual([
      'one, better',
      'You said: one, better',
    ]);
    expect(body.session.messages[0].parent_id).toBeNull();
    const seen = model.requests.slice(before).at(-1)?.messages as { role: string; content: string }[];
    expect(seen.slice(1)).toEqual([{ role: 'user', content: 'one, better' }]);
    const again = await ann.send('one, better', edited);
    expect(again.body.run_id).toBe(first.body.run_id);
    const other = await ann.send('one, better', { session_id: 'root', client_message_id: 'edit' });
    expect(other).toMatchObject({ status: 409, body: { code: 'IDEMPOTENCY_CONFLICT' } });
  });

  it('refuses more answers under way than a user may have, before anything is kept, and lets repetitions pass', async () => {
    const ann = client();
    model.setBehaviour({ hang: true, times: 1 });
    const socket = await ann.socket();
    const ask = (id: number): Promise<any> =>
      socket.ask('message:send', { content: 'q', session_id: 'many', client_message_id: `${id}` });
    const acks = [];
    for (let id = 1; id <= 20; id += 1) acks.push(await ask(id));
    const refused = await ann.send('q', { session_id: 'more', client_message_id: 'more' });
    expect(refused).toMatchObject({ status: 429, body: { code: 'RATE_LIMITED' } });
    expect(refused.body.detail).toContain('20 answers');
    expect((await ann.get('/chat/history/more')).status).toBe(404);
    expect((await ask(20)).run_id).toBe(acks[19].run_id);
    await socket.ask('run:stop', { run_id: acks[0].run_id });
    await socket.final(acks[19].run_id);
    expect((await ann.send('q', { session_id: 'more', client_message_id: 'more' })).status).toBe(200);
    socket.close();
  });
});
