import { randomUUID } from 'node:crypto';
import { type RunningApp, startApp } from '../support/app.js';
import { AUTH_ENV, Client, eventually } from '../support/client.js';
import { startModelServer } from '../support/model-server.js';

describe('the REST API', () => {
  let app: RunningApp;
  let model: Awaited<ReturnType<typeof startModelServer>>;
  const client = (who = {}): Client => new Client(app.url, who);

  beforeAll(async () => {
    model = await startModelServer({
      reply: (messages) => `You said: ${messages.at(-1)?.content.split('\n').at(-1)}`,
    });
    app = await startApp({ ...AUTH_ENV, OPENAI_BASE_URL: model.url, MAX_MESSAGE_LENGTH: '200' });
  });
  afterEach(() => model.setBehaviour({}));
  afterAll(async () => {
    await app.close();
    await model.close();
  });

  it("answers the seed's example as it is printed", async () => {
    const ann = client();
    const { status, body } = await ann.send('How can I optimize my campaign performance?', {
      session_id: 'optional-session-id',
      context: { current_page: 'campaigns', campaign_id: '123' },
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      session_id: 'optional-session-id',
      user_message: { type: 'user', position: 1, content: 'How can I optimize my campaign performance?' },
      ai_response: {
        type: 'assistant',
        position: 2,
        content: 'You said: How can I optimize my campaign performance?',
        metadata: { assistant_name: 'MarketBot', engine: 'llm', state: 'completed', run_id: body.run_id },
      },
      conversation_length: 2,
      context_updated: true,
    });
    expect(body.ai_response.in_reply_to).toBe(body.user_message.id);
    expect(body.ai_response.metadata.tokens_used).toBeGreaterThan(0);
    const history = await ann.get('/chat/history/optional-session-id');
    expect(history.body).toMatchObject({
      message_count: 2,
      session: {
        user_id: ann.user,
        tenant_id: ann.tenant,
        role: 'user',
        title: 'How can I optimize my campaign performance?',
        context: { current_page: 'campaigns', campaign_id: '123' },
        is_active: true,
        messages: [body.user_message, body.ai_response],
      },
      analytics: { total_interactions: 1, has_context: true, agents_used: [body.ai_response.agent_name] },
    });
    expect(history.body.active_run).toBeUndefined();
  });

  it('streams the same answer as events, numbered without gaps', async () => {
    const ann = client();
    const events = await ann.stream({ message: 'stream please', session_id: 's' });
    expect(events.map(({ data }) => data.seq)).toEqual(events.map((_, index) => index + 1));
    expect(events[0]).toMatchObject({
      event: 'run.started',
      data: { epoch: 1, assistant_name: 'MarketBot' },
    });
    const last = events.at(-1);
    expect(last?.event).toBe('run.completed');
    const text = events.filter(({ event }) => event === 'text.delta').map(({ data }) => data.text);
    expect(text.join('')).toBe(last?.data.message.content);
    const { body } = await ann.get('/chat/history/s');
    expect(body.session.messages[1]).toEqual(last?.data.message);
  });

  it('gives the rest of the events from every position', async () => {
    const ann = client();
    const events = await ann.stream({ message: 'again and again', session_id: 's' });
    const runId = events[0]?.data.run_id;
    for (let after = 0; after < events.length; after += 1) {
      const rest: unknown[] = [];
      for await (const event of ann.events('GET', `/chat/runs/${runId}/events?epoch=1&after_seq=${after}`)) {
        rest.push(event.data);
      }
      expect(rest).toEqual(events.slice(after).map(({ data }) => data));
    }
  });

  it('keeps one message and one run for one client_message_id, however often it is sent', async () => {
    const ann = client();
    const before = model.requests.length;
    const id = randomUUID();
    const sends = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        i % 2
          ? ann.send('only once', { client_message_id: id })
          : ann.call('POST', '/chat/message', { message: 'only once' }, { 'Idempotency-Key': id }),
      ),
    );
    expect(new Set(sends.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(sends.map(({ body }) => body.run_id)).size).toBe(1);
    expect(new Set(sends.map(({ body }) => body.user_message.id)).size).toBe(1);
    expect(new Set(sends.map(({ body }) => body.ai_response.id)).size).toBe(1);
    expect(model.requests.length - before).toBe(1);
    const { body } = await ann.get(`/chat/history/${sends[0]?.body.session_id}`);
    expect(body.session.messages).toHaveLength(2);
    const other = await ann.send('something else', { client_message_id: id });
    expect(other).toMatchObject({ status: 409, body: { code: 'IDEMPOTENCY_CONFLICT' } });
    const elsewhere = await ann.send('only once', { client_message_id: id, session_id: 'elsewhere' });
    expect(elsewhere.status).toBe(409);
    expect((await client().send('something else', { client_message_id: id })).status).toBe(200);
  });

  it('answers the questions of a session one after the other, none seeing a later one', async () => {
    const ann = client();
    const before = model.requests.length;
    model.setBehaviour({ delayMs: 5 });
    const sends = [];
    for (const word of ['alpha', 'bravo', 'charlie']) {
      sends.push(ann.send(word, { session_id: 'queue' }));
      await eventually(async () => {
        const { body } = await ann.get('/chat/history/queue');
        return body.session?.messages.some((message: { content: string }) => message.content === word);
      });
    }
    await Promise.all(sends);
    const { body } = await ann.get('/chat/history/queue');
    expect(body.session.messages.map((message: { content: string }) => message.content)).toEqual([
      'alpha',
      'You said: alpha',
      'bravo',
      'You said: bravo',
      'charlie',
      'You said: charlie',
    ]);
    const asked = model.requests
      .slice(before)
      .map(({ messages }) => messages.map(({ content }) => content).join('|'));
    expect(asked[0]).not.toContain('bravo');
    expect(asked[1]).toContain('You said: alpha');
    expect(asked[1]).not.toContain('charlie');
  });

  it('stops an answer, keeps its part, and answers again on retry', async () => {
    const ann = client();
    model.setBehaviour({ delayMs: 150 });
    const seen: { event: string; data: any }[] = [];
    const events = ann.events('POST', '/chat/message', {
      message: 'a b c d e f g h i j k l',
      session_id: 'stop',
    });
    for await (const event of events) {
      seen.push(event);
      if (event.event === 'text.delta' && seen.length === 3) {
        const stopped = await ann.call('POST', `/chat/runs/${event.data.run_id}/stop`);
        expect(stopped.body).toMatchObject({ state: 'cancelled' });
      }
    }
    const last = seen.at(-1)?.data;
    expect(last.event).toBe('run.cancelled');
    expect(last.message.metadata.state).toBe('cancelled');
    const shown = seen
      .filter(({ event }) => event === 'text.delta')
      .map(({ data }) => data.text)
      .join('');
    expect(last.message.content).toBe(shown);
    await eventually(() => model.aborted > 0);
    model.setBehaviour({});
    const retried = await ann.call('POST', `/chat/runs/${last.run_id}/retry`);
    expect(retried.status).toBe(200);
    const again: any[] = [];
    for await (const event of ann.events('GET', `/chat/runs/${retried.body.run_id}/events`))
      again.push(event.data);
    expect(again.at(-1)).toMatchObject({ event: 'run.completed', message: { position: 2 } });
    const { body } = await ann.get('/chat/history/stop');
    expect(body.session.messages.map((message: any) => message.content)).toEqual([
      'a b c d e f g h i j k l',
      'You said: a b c d e f g h i j k l',
    ]);
    expect((await ann.call('POST', `/chat/runs/${last.run_id}/retry`)).body.code).toBe(
      'CHAT_RUN_NOT_RETRIABLE',
    );
  });

  it('fails clearly when the model dies mid-answer, keeps the question, and answers on retry', async () => {
    const ann = client();
    model.setBehaviour({ dieAfter: 3, delayMs: 10 });
    const events = await ann.stream({ message: 'one two three four five', session_id: 'dead' });
    const last = events.at(-1)?.data;
    expect(last).toMatchObject({ event: 'run.failed', retriable: true });
    expect(last.error.detail).toMatch(/try again|again/i);
    const kept = await ann.get('/chat/history/dead');
    expect(kept.body.session.messages).toMatchObject([
      { type: 'user', content: 'one two three four five' },
      { type: 'error', metadata: { state: 'failed', retriable: true, run_id: last.run_id } },
    ]);
    model.setBehaviour({});
    const { body } = await ann.call('POST', `/chat/runs/${last.run_id}/retry`);
    for await (const event of ann.events('GET', `/chat/runs/${body.run_id}/events`)) void event;
    const after = await ann.get('/chat/history/dead');
    expect(after.body.session.messages.map((message: any) => message.content)).toEqual([
      'one two three four five',
      'You said: one two three four five',
    ]);
    expect(after.body.message_count).toBe(2);
  });

  it('counts new messages of a user over all transports against one limit, and repetitions against none', async () => {
    const limited = await startApp({ ...AUTH_ENV, OPENAI_BASE_URL: model.url, RATE_LIMIT_PER_MINUTE: '3' });
    const ann = new Client(limited.url);
    const socket = await ann.socket();
    await ann.send('one', { client_message_id: 'm1' });
    await ann.send('one', { client_message_id: 'm1' });
    await socket.ask('message:send', { content: 'two', client_message_id: 'm2' });
    expect((await ann.send('three')).status).toBe(200);
    const refused = await ann.send('four');
    expect(refused).toMatchObject({ status: 429, body: { code: 'RATE_LIMITED' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.headers.get('ratelimit-limit')).toBe('3');
    const ack = await socket.ask('message:send', { content: 'four', client_message_id: 'm4' });
    expect(ack).toMatchObject({ ok: false, error: { code: 'RATE_LIMITED' } });
    expect((await ann.send('one', { client_message_id: 'm1' })).status).toBe(200);
    expect((await new Client(limited.url).send('one')).status).toBe(200);
    socket.close();
    await limited.close();
  });
});
