import { entriesOf } from '../state/entries.js';
import { toChatError, unreachable } from './chat-error.js';
import { jwt, message, setUp } from './testing/fake-service.js';
import type { AnswerEvent } from './wire.js';

const settle = () => new Promise((done) => setTimeout(done, 5));
const answer = (seq: number, body: object, epoch = 1) =>
  ({ session_id: 's', run_id: 'r1', epoch, seq, ...body }) as AnswerEvent;
const started = answer(1, {
  event: 'run.started',
  message_id: 'a1',
  in_reply_to: 'q1',
  agent_name: 'x',
  assistant_name: 'Y',
});

describe('ChatClient', () => {
  it('sends with an id of its own and keeps the conversation for the next page', async () => {
    const { client, replies, transport, kept, key } = setUp();
    replies['message:send'] = (payload) => ({
      session_id: payload.session_id,
      message: message('q1', 1, { session_id: payload.session_id }),
      run_id: 'r1',
    });
    await client.start();
    client.send('  Hello  ');
    await settle();
    const [sent] = transport().of('message:send');
    expect(sent).toMatchObject({ content: 'Hello' });
    expect(kept.get(key('ann'))).toBe(sent!.session_id);
    expect(client.store.state.outgoing).toEqual([]);
    expect(client.store.state.messages).toHaveLength(1);
    client.destroy();
  });

  it('sends again with the same id after the connection was lost before the acknowledgement', async () => {
    const { client, replies, transport } = setUp();
    await client.start();
    replies['message:send'] = () => {
      transport().drop();
      throw unreachable();
    };
    client.send('Hello');
    await settle();
    expect(client.store.state.outgoing).toHaveLength(1);
    replies['message:send'] = (payload) => ({
      session_id: payload.session_id,
      message: message('q1', 1),
      run_id: 'r1',
    });
    transport().connect();
    await settle();
    const ids = transport()
      .of('message:send')
      .map((one) => one.client_message_id);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
    expect(client.store.state.outgoing).toEqual([]);
    client.destroy();
  });

  it('restores the conversation and follows the running answer from its beginning', async () => {
    const active_run = { run_id: 'r1', message_id: 'a1', epoch: 2, seq: 40, state: 'running' };
    const { client, transport, replies } = setUp({
      stored: 's',
      routes: { '/chat/history': () => ({ session: { id: 's', messages: [message('q1', 1)] }, active_run }) },
    });
    replies['run:resume'] = () => ({ state: 'running' });
    await client.start();
    await settle();
    expect(transport().of('session:join')).toEqual([{ session_id: 's' }]);
    expect(transport().of('run:resume')).toEqual([{ run_id: 'r1', epoch: 0, after_seq: 0 }]);
    client.destroy();
  });

  it('keeps a question that was asked before the conversation was restored', async () => {
    const messages = [message('q1', 1)];
    const { client, replies, transport } = setUp({
      stored: 's',
      routes: { '/chat/history': () => ({ session: { id: 's', messages } }) },
    });
    replies['message:send'] = () => {
      messages.push(message('q2', 3));
      return { session_id: 's', message: message('q2', 3), run_id: 'r2' };
    };
    const starting = client.start();
    client.send('Early');
    await starting;
    await settle();
    expect(transport().of('message:send')).toMatchObject([{ session_id: 's', content: 'Early' }]);
    expect(client.store.state.messages.map((one) => one.id)).toEqual(['q1', 'q2']);
    client.destroy();
  });

  it('asks for what is missing when it sees a gap', async () => {
    const { client, transport, replies } = setUp({
      stored: 's',
      routes: { '/chat/history': () => ({ session: { id: 's', messages: [message('q1', 1)] } }) },
    });
    await client.start();
    await settle();
    replies['run:resume'] = () => {
      transport().listener.answer(answer(2, { event: 'text.delta', text: 'b' }));
      return { state: 'running' };
    };
    transport().listener.answer(started);
    transport().listener.answer(answer(3, { event: 'text.delta', text: 'c' }));
    await settle();
    expect(transport().of('run:resume')).toEqual([{ run_id: 'r1', epoch: 1, after_seq: 1 }]);
    expect(entriesOf(client.store.state).map((entry) => entry.text)).toEqual(['q1', 'bc']);
    client.destroy();
  });

  it('wipes the view and the storage when another user signs in', async () => {
    const { client, who, kept, key } = setUp({
      stored: 's',
      routes: { '/chat/history': () => ({ session: { id: 's', messages: [message('secret', 1)] } }) },
    });
    await client.start();
    expect(client.store.state.messages).toHaveLength(1);
    who.user_id = 'bob';
    const switched = client.setToken(jwt({ sub: 'bob', tenant_id: 't1' }));
    expect(client.store.state.messages).toEqual([]);
    await switched;
    expect(client.store.state).toMatchObject({ messages: [], sessionId: null, identity: { user_id: 'bob' } });
    expect(kept.has(key('ann'))).toBe(false);
    client.destroy();
  });

  it('hides the view until the service says who an opaque token belongs to, then goes on for the same user', async () => {
    const { client, kept, key } = setUp({
      token: 'opaque-1',
      stored: 's',
      routes: { '/chat/history': () => ({ session: { id: 's', messages: [message('q1', 1)] } }) },
    });
    await client.start();
    const switched = client.setToken('opaque-2');
    expect(client.store.state.messages).toEqual([]);
    await switched;
    expect(client.store.state.messages).toHaveLength(1);
    expect(kept.get(key('ann'))).toBe('s');
    client.destroy();
  });

  it('says that a sign-in is needed, to the user and to the host', async () => {
    const errors: unknown[] = [];
    const { client } = setUp({
      routes: { '/chat/assistants': () => toChatError({ status: 401, code: 'AUTH_TOKEN_EXPIRED' }) },
    });
    client.events.on('error', (error) => errors.push(error));
    await client.start();
    expect(client.store.state.status).toBe('signed_out');
    expect(errors).toMatchObject([{ code: 'AUTH_TOKEN_EXPIRED', status: 401 }]);
    client.destroy();
  });

  it('keeps a refused question, and sends it again as the same one', async () => {
    const { client, replies, transport } = setUp();
    await client.start();
    replies['message:send'] = () => {
      throw toChatError({ status: 429, code: 'RATE_LIMITED', detail: 'Wait.' }, 429, 3);
    };
    client.send('Hello');
    await settle();
    const [failed] = client.store.state.outgoing;
    expect(failed).toMatchObject({ state: 'failed', content: 'Hello' });
    expect(client.store.state.notice?.until).toBeGreaterThan(Date.now());
    client.sendAgain(failed!.clientMessageId);
    await settle();
    const ids = transport()
      .of('message:send')
      .map((one) => one.client_message_id);
    expect(new Set(ids).size).toBe(1);
    client.destroy();
  });

  it('goes on in a new conversation when the old one was deleted', async () => {
    const { client, replies, transport } = setUp();
    await client.start();
    let calls = 0;
    replies['message:send'] = (payload) => {
      calls += 1;
      if (calls === 1) throw toChatError({ status: 404, code: 'CHAT_SESSION_NOT_FOUND' });
      return { session_id: payload.session_id, message: message('q1', 1), run_id: 'r1' };
    };
    client.send('Hello');
    await settle();
    const [first, second] = transport().of('message:send');
    expect(second!.session_id).not.toBe(first!.session_id);
    expect(client.store.state.messages).toHaveLength(1);
    client.destroy();
  });

  it('ignores what an ended connection still says', async () => {
    const { client, transport } = setUp();
    await client.start();
    const old = transport();
    client.setToken(jwt({ sub: 'bob', tenant_id: 't1' })).catch(() => undefined);
    old.listener.created(message('secret', 1));
    await settle();
    expect(client.store.state.messages).toEqual([]);
    client.destroy();
  });

  it('drops a conversation that another device deleted', async () => {
    const { client, transport, kept } = setUp({
      stored: 's',
      routes: { '/chat/history': () => ({ session: { id: 's', messages: [message('q1', 1)] } }) },
    });
    await client.start();
    await settle();
    transport().listener.deleted('s');
    expect(client.store.state).toMatchObject({ sessionId: null, messages: [] });
    expect(kept.size).toBe(0);
    client.destroy();
  });

  it('shows what an answer waits for after a reload, and has it decided once', async () => {
    const active_run = { run_id: 'r1', message_id: 'a1', epoch: 1, seq: 3, state: 'awaiting_approval' };
    const { client, transport, replies } = setUp({
      stored: 's',
      routes: { '/chat/history': () => ({ session: { id: 's', messages: [message('q1', 1)] }, active_run }) },
    });
    const part = (state: string) => ({
      type: 'approval',
      approval_id: 'p1',
      tool: 'change_title',
      arguments: { title: 'x' },
      expires_at: '2026-11-23T10:00:00.000Z',
      state,
    });
    const entry = () => {
      const [, shown] = entriesOf(client.store.state);
      return shown?.kind === 'answer' ? { state: shown.state, parts: shown.parts } : undefined;
    };
    replies['run:resume'] = () => {
      transport().listener.answer(started);
      transport().listener.answer(answer(2, { event: 'part', part: part('pending') }));
      transport().listener.answer(answer(3, { event: 'run.awaiting_approval', approval_id: 'p1' }));
      return { state: 'awaiting_approval' };
    };
    replies['run:approve'] = () => ({ state: 'approved' });
    await client.start();
    await settle();
    expect(entry()).toEqual({ state: 'awaiting_approval', parts: [part('pending')] });
    expect(await client.answers.decide('r1', 'p1', true)).toBe(true);
    expect(transport().of('run:approve')).toEqual([{ run_id: 'r1', approval_id: 'p1', approved: true }]);
    transport().listener.answer(answer(1, { event: 'reset', reason: 'approval' }, 2));
    transport().listener.answer({ ...started, epoch: 2, seq: 2 });
    transport().listener.answer(answer(3, { event: 'part', part: part('approved') }, 2));
    expect(entry()).toEqual({ state: 'running', parts: [part('approved')] });
    client.destroy();
  });

  it('says in a sentence that something was decided otherwise before', async () => {
    const { client, replies } = setUp();
    replies['run:approve'] = () => {
      throw toChatError({ status: 409, code: 'CHAT_APPROVAL_DECIDED', detail: 'This was refused before.' });
    };
    await client.start();
    expect(await client.answers.decide('r1', 'p1', true)).toBe(false);
    expect(client.store.state.notice?.error.detail).toBe('This was refused before.');
    client.destroy();
  });
});
