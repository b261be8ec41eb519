import { message, setUp } from './testing/fake-service.js';
import type { AnswerEvent, Message } from './wire.js';

const settle = async () => {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((done) => setTimeout(done, 0));
};
const q1 = message('q1', 1, { parent_id: null });
const answer = (id: string, position: number, more: object = {}) =>
  message(id, position, { type: 'assistant', parent_id: 'q1', in_reply_to: 'q1', ...more });
const summary = (head: string) => ({ id: 's', head_message_id: head }) as never;
const event = (seq: number, body: object) =>
  ({ session_id: 's', run_id: 'r2', epoch: 1, seq, ...body }) as AnswerEvent;
const started = event(1, { event: 'run.started', message_id: 'b1', in_reply_to: 'q1' });
const completed = event(2, { event: 'run.completed', message: answer('b1', 3) });

async function online() {
  const shown: { messages: Message[]; asked: number } = { messages: [q1, answer('a1', 2)], asked: 0 };
  const { client, replies, transport } = setUp({
    stored: 's',
    routes: {
      '/chat/history': () => {
        shown.asked += 1;
        return { session: { id: 's', messages: shown.messages } };
      },
      '/chat/session/': () => ({}),
    },
  });
  await client.start();
  await settle();
  shown.asked = 0;
  const ids = () => client.store.state.messages.map(({ id }) => id);
  return { client, replies, shown, ids, transport: transport() };
}

describe('versions of answers and questions', () => {
  it('asks for another answer, and learns at its end which versions there are', async () => {
    const { client, replies, shown, transport } = await online();
    replies['message:regenerate'] = () => ({ run_id: 'r2', message_id: 'b1', session_id: 's' });
    await client.answers.regenerate('a1');
    expect(transport.of('message:regenerate')).toMatchObject([{ message_id: 'a1' }]);
    expect(shown.asked).toBe(0);
    const branches = { index: 2, count: 2, ids: ['a1', 'b1'] };
    shown.messages = [q1, answer('b1', 3, { branches })];
    for (const one of [started, completed]) transport.listener.answer(one);
    await settle();
    expect(client.store.state.messages[1]).toMatchObject({ id: 'b1', branches });
    client.destroy();
  });

  it('learns the same of another answer that another device asked for', async () => {
    const { client, shown, ids, transport } = await online();
    shown.messages = [q1, answer('b1', 3)];
    transport.listener.answer(started);
    transport.listener.updated(summary('b1'));
    await settle();
    expect(shown.asked).toBe(0);
    transport.listener.answer(completed);
    await settle();
    expect(ids()).toEqual(['q1', 'b1']);
    client.destroy();
  });

  it('reads the history again where another device chose another branch, and only there', async () => {
    const { client, shown, ids, transport } = await online();
    transport.listener.updated(summary('a1'));
    transport.listener.updated({ id: 'other', head_message_id: 'x' } as never);
    await settle();
    expect(shown.asked).toBe(0);
    shown.messages = [q1, answer('b1', 3)];
    transport.listener.updated(summary('b1'));
    await settle();
    expect(ids()).toEqual(['q1', 'b1']);
    client.destroy();
  });

  it('shows another version by choosing it for all devices', async () => {
    const { client, shown, ids } = await online();
    shown.messages = [q1, answer('b1', 3)];
    await client.answers.showVersion('b1');
    expect(ids()).toEqual(['q1', 'b1']);
    client.destroy();
  });

  it('sends an edited question as a new version, and the next one as an ordinary one', async () => {
    const { client, replies, shown, ids, transport } = await online();
    const edited = message('Q1', 5, { parent_id: null });
    replies['message:send'] = () => ({ session_id: 's', message: edited, run_id: 'r3' });
    shown.messages = [edited];
    client.send('Q1', null);
    await settle();
    expect(transport.of('message:send')).toMatchObject([{ content: 'Q1', parent_id: null }]);
    expect(ids()).toEqual(['Q1']);
    expect(shown.asked).toBe(1);
    client.send('more');
    await settle();
    expect(transport.of('message:send')[1]).not.toHaveProperty('parent_id');
    client.destroy();
  });

  it('says why there cannot be another answer now', async () => {
    const { client, replies } = await online();
    replies['message:regenerate'] = () => {
      throw new Error('no answer came');
    };
    await client.answers.regenerate('a1');
    expect(client.store.state.notice?.error.detail).toContain('cannot be reached');
    expect(client.store.state.messages).toHaveLength(2);
    client.destroy();
  });
});
