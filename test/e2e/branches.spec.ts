import { type RunningApp, startApp } from '../support/app.js';
import { AUTH_ENV, Client, eventually, type SocketClient } from '../support/client.js';
import { startModelServer } from '../support/model-server.js';

describe('branches of a conversation', () => {
  let app: RunningApp;
  let model: Awaited<ReturnType<typeof startModelServer>>;
  let answers = 0;
  const client = (who = {}): Client => new Client(app.url, who);

  beforeAll(async () => {
    model = await startModelServer({ reply: () => `answer ${(answers += 1)}` });
    app = await startApp({ ...AUTH_ENV, OPENAI_BASE_URL: model.url });
  });
  beforeEach(() => {
    answers = 0;
    model.setBehaviour({});
  });
  afterAll(async () => {
    await app.close();
    await model.close();
  });

  const messages = async (who: Client, id: string): Promise<any[]> =>
    (await who.get(`/chat/history/${id}`)).body.session.messages;
  const shown = async (who: Client, id: string): Promise<string[]> =>
    (await messages(who, id)).map(({ content, branches }) =>
      branches ? `${content} ${branches.index}/${branches.count}` : content,
    );
  const regenerate = (who: Client, id: string, key?: string) =>
    who.call('POST', `/chat/messages/${id}/regenerate`, undefined, key ? { 'Idempotency-Key': key } : {});
  const updates = (device: SocketClient, id: string): any[] =>
    device.of('session:updated').filter((session) => session.id === id);

  it('makes another answer beside the old one, live on all devices, and switches back and forth', async () => {
    const ann = client();
    const first = await ann.send('one', { session_id: 'r' });
    await ann.send('two', { session_id: 'r' });
    const before = model.requests.length;
    const [device, raw] = [await ann.socket(), await ann.raw('r', '&stream=true')];
    await device.ask('session:join', { session_id: 'r' });
    const made = await regenerate(ann, first.body.ai_response.id);
    expect(made).toMatchObject({ status: 200, body: { session_id: 'r' } });
    const final = await device.final(made.body.run_id);
    expect(final.message).toMatchObject({ id: made.body.message_id, content: 'answer 3' });
    await raw.frame((frame) => frame.type === 'message' && frame.content === 'answer 3');
    expect(await shown(ann, 'r')).toEqual(['one', 'answer 3 2/2']);
    expect((await messages(ann, 'r'))[1].branches.ids).toEqual([
      first.body.ai_response.id,
      made.body.message_id,
    ]);
    const seen = model.requests.slice(before).at(-1)?.messages as readonly { content: string }[];
    expect(seen.slice(1).map(({ content }) => content)).toEqual(['one']);
    await eventually(() =>
      updates(device, 'r').some((session) => session.head_message_id === made.body.message_id),
    );
    const back = await ann.call('PATCH', '/chat/session/r', { head_message_id: first.body.ai_response.id });
    expect(back.status).toBe(200);
    expect(await shown(ann, 'r')).toEqual(['one', 'answer 1 1/2', 'two', 'answer 2']);
    await eventually(() => updates(device, 'r').at(-1)?.head_message_id === back.body.head_message_id);
    await raw.frame((frame) => frame.metadata?.session?.head_message_id === back.body.head_message_id);
    const markdown = await ann.get('/chat/session/r/export?format=markdown');
    expect(markdown.body).toMatch(/^## .* \(version 1 of 2\)$/m);
    await ann.call('PATCH', '/chat/session/r', { head_message_id: made.body.message_id });
    const next = await ann.send('three', { session_id: 'r' });
    expect(next.body.user_message.parent_id).toBe(made.body.message_id);
    expect(await shown(ann, 'r')).toEqual(['one', 'answer 3 2/2', 'three', 'answer 4']);
    device.close();
    raw.close();
  });

  it('keeps every version of a question that is edited and sent again, over socket.io too', async () => {
    const ann = client();
    const device = await ann.socket();
    const ask = (content: string, more = {}) =>
      device.ask('message:send', { content, session_id: 'e', client_message_id: content, ...more });
    for (const content of ['one', 'two']) await device.final((await ask(content)).run_id);
    const [question, answer, second] = await messages(ann, 'e');
    await device.final((await ask('two!', { parent_id: answer.id })).run_id);
    const edited = await ask('one!', { parent_id: question.parent_id });
    await device.final(edited.run_id);
    expect(await shown(ann, 'e')).toEqual(['one! 2/2', 'answer 4']);
    await ann.call('PATCH', '/chat/session/e', { head_message_id: question.id });
    expect(await shown(ann, 'e')).toEqual(['one 1/2', 'answer 1', 'two! 2/2', 'answer 3']);
    await ann.call('PATCH', '/chat/session/e', { head_message_id: second.id });
    expect(await shown(ann, 'e')).toEqual(['one 1/2', 'answer 1', 'two 1/2', 'answer 2']);
    const again = await device.ask('message:regenerate', { message_id: second.id, client_message_id: 'x' });
    await device.final(again.run_id);
    expect(await device.ask('message:regenerate', { message_id: second.id, client_message_id: 'x' })).toEqual(
      again,
    );
    expect(await shown(ann, 'e')).toEqual(['one 1/2', 'answer 1', 'two 1/2', 'answer 5 2/2']);
    device.close();
  });

  it('is refused while an answer is under way, and one answer comes of many equal calls', async () => {
    const ann = client();
    const first = await ann.send('one', { session_id: 'busy' });
    const id = first.body.ai_response.id;
    const made = await Promise.all(Array.from({ length: 5 }, () => regenerate(ann, id, 'once')));
    expect(new Set(made.map(({ body }) => body.run_id)).size).toBe(1);
    const device = await ann.socket();
    await device.ask('run:resume', { run_id: made[0]?.body.run_id, epoch: 0, after_seq: 0 });
    await device.final(made[0]?.body.run_id);
    expect(await shown(ann, 'busy')).toEqual(['one', 'answer 2 2/2']);
    model.setBehaviour({ hang: true, times: 1 });
    const open = await regenerate(ann, id);
    expect(open.status).toBe(200);
    for (const refused of [
      await regenerate(ann, id),
      await ann.call('PATCH', '/chat/session/busy', { head_message_id: id }),
    ]) {
      expect(refused).toMatchObject({ status: 409, body: { code: 'CHAT_SESSION_BUSY' } });
    }
    await ann.call('POST', `/chat/runs/${open.body.run_id}/stop`);
    expect(await shown(ann, 'busy')).toEqual(['one', 'answer 2 2/2']);
    expect((await regenerate(ann, open.body.message_id)).status).toBe(404);
    device.close();
  });

  it('shows the old answer again, with what followed it, where the new one is stopped before it says anything', async () => {
    const ann = client();
    const first = await ann.send('one', { session_id: 'stop' });
    await ann.send('two', { session_id: 'stop' });
    model.setBehaviour({ hang: true, times: 1 });
    const made = await regenerate(ann, first.body.user_message.id);
    await eventually(async () => (await messages(ann, 'stop')).length === 1);
    await ann.call('POST', `/chat/runs/${made.body.run_id}/stop`);
    expect(await shown(ann, 'stop')).toEqual(['one', 'answer 1', 'two', 'answer 2']);
  });

  it('looks like nothing to everybody else', async () => {
    const ann = client();
    const { body } = await ann.send('mine', { session_id: 'same' });
    const bob = client({ tenant: ann.tenant });
    await bob.send('his', { session_id: 'same' });
    const unknown = '019aa5c0-7d3e-7c1a-9f43-2b6d1f0e8a11';
    for (const id of [body.ai_response.id, body.user_message.id]) {
      const theirs = await regenerate(bob, id);
      const none = await regenerate(bob, unknown);
      expect(theirs.status).toBe(404);
      expect({ ...theirs.body, request_id: '' }).toEqual({ ...none.body, request_id: '' });
      const chosen = await bob.call('PATCH', '/chat/session/same', { head_message_id: id });
      expect(chosen).toMatchObject({ status: 404, body: { code: 'CHAT_MESSAGE_NOT_FOUND' } });
    }
    expect(await shown(bob, 'same')).toHaveLength(2);
    expect((await regenerate(ann, 'x')).status).toBe(400);
  });

  it('tells all devices what is unread, keeps archived sessions out of the list until something is said', async () => {
    const ann = client();
    const [desk, phone] = [await ann.socket(), await ann.socket()];
    const sent = await ann.send('hello', { session_id: 'u' });
    for (const device of [desk, phone])
      await eventually(() => updates(device, 'u').some(({ unread }) => unread === 1));
    await ann.call('PATCH', '/chat/session/u', { last_read_position: sent.body.ai_response.position });
    for (const device of [desk, phone]) await eventually(() => updates(device, 'u').at(-1)?.unread === 0);
    await ann.call('PATCH', '/chat/session/u', { is_archived: true, is_pinned: true });
    const list = async (query = ''): Promise<string[]> =>
      (await ann.get(`/chat/sessions${query}`)).body.sessions.map(({ id }: { id: string }) => id);
    expect([await list(), await list('?archived=true'), await list('?pinned=true')]).toEqual([[], ['u'], []]);
    await ann.send('back', { session_id: 'u' });
    expect([await list(), await list('?archived=true'), await list('?pinned=true')]).toEqual([
      ['u'],
      [],
      ['u'],
    ]);
    await eventually(() => updates(phone, 'u').at(-1)?.is_archived === false);
    for (const device of [desk, phone]) device.close();
  });
});
