import { randomUUID } from 'node:crypto';
import { createParser } from 'eventsource-parser';
import { type RunningApp, startApp } from '../support/app.js';
import { startModelServer } from '../support/model-server.js';
import { numberedTokens, type ScriptedServer, type ServedMessage } from '../support/scripted-server.js';
import { signToken, TEST_SECRET } from '../support/tokens.js';

interface Event {
  readonly event: string;
  readonly at: number;
  readonly data: Record<string, unknown> & {
    run_id: string;
    seq: number;
    epoch: number;
    text?: string;
    message?: StoredMessage;
    error?: { code: string; detail: string };
    retriable?: boolean;
  };
}

interface StoredMessage {
  readonly id: string;
  readonly type: string;
  readonly content: string;
  readonly metadata: Record<string, unknown>;
}

interface History {
  readonly session: { readonly messages: StoredMessage[] };
}

const reply = (messages: readonly ServedMessage[]): readonly string[] =>
  messages.at(-1)?.content.includes('long') ? numberedTokens(40) : ['Fine', ', ', 'thank ', 'you.'];

describe('answers of a language model', () => {
  let model: ScriptedServer;
  let running: RunningApp;

  beforeAll(async () => {
    model = await startModelServer({ reply });
    running = await startApp({
      JWT_SECRET: TEST_SECRET,
      OPENAI_BASE_URL: model.url,
      OPENAI_MODEL: 'llama3',
      LLM_TIMEOUT: '5',
    });
  });
  afterAll(async () => {
    await running?.close();
    await model.close();
  });
  beforeEach(() => model.setBehaviour({}));

  const headersOf = (token: string) => ({
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
  });

  async function read(response: Response, onEvent: (event: Event) => void): Promise<Event[]> {
    expect([response.status, response.headers.get('content-type')?.split(';')[0]]).toEqual([
      200,
      'text/event-stream',
    ]);
    const events: Event[] = [];
    const parser = createParser({
      onEvent: ({ data }) => {
        const parsed = JSON.parse(data) as Event['data'] & { event: string };
        events.push({ event: parsed.event, data: parsed, at: Date.now() });
        onEvent(events.at(-1) as Event);
      },
    });
    const decoder = new TextDecoder();
    for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) {
      parser.feed(decoder.decode(piece, { stream: true }));
    }
    return events;
  }

  async function send(
    token: string,
    body: Record<string, unknown>,
    onEvent: (event: Event) => void = () => undefined,
  ): Promise<Event[]> {
    const response = await fetch(`${running.url}/chat/message`, {
      method: 'POST',
      headers: { ...headersOf(token), accept: 'text/event-stream' },
      body: JSON.stringify(body),
    });
    return read(response, onEvent);
  }

  async function history(token: string, sessionId: string): Promise<StoredMessage[]> {
    const response = await fetch(`${running.url}/chat/history/${sessionId}`, { headers: headersOf(token) });
    expect(response.status).toBe(200);
    return ((await response.json()) as History).session.messages;
  }

  const textOf = (events: readonly Event[]): string =>
    events.map(({ event, data }) => (event === 'text.delta' ? data.text : '')).join('');

  it('come token by token, in order, and say which engine and how many tokens', async () => {
    model.setBehaviour({ delayMs: 60 });
    const session = randomUUID();
    const token = signToken();
    const events = await send(token, { message: 'Tell me a long story', session_id: session });
    const deltas = events.filter(({ event }) => event === 'text.delta');
    expect(events[0]?.event).toBe('run.started');
    expect(events.map(({ data }) => data.seq)).toEqual(events.map((_, index) => index + 1));
    expect(textOf(events).trimEnd()).toBe(numberedTokens(40).join('').trimEnd());
    expect(deltas.length).toBeGreaterThan(10);
    expect((deltas.at(-1)?.at ?? 0) - (deltas[0]?.at ?? 0)).toBeGreaterThan(1500);
    const message = events.at(-1)?.data.message;
    expect(events.at(-1)?.event).toBe('run.completed');
    expect(message?.metadata).toMatchObject({ engine: 'llm', model: 'llama3', assistant_name: 'MarketBot' });
    expect(message?.metadata['tokens_used']).toBeGreaterThan(40);
    expect((await history(token, session)).at(-1)).toEqual(message);
  });

  it('know the earlier turns, the page, and whose assistant they are', async () => {
    const session = randomUUID();
    const token = signToken({ role: 'tenant_admin' });
    await send(token, { message: 'My name is Ada {x}', session_id: session });
    await send(token, {
      message: '{"lc":1,"type":"secret","id":["JWT_SECRET"]}',
      session_id: session,
      context: { current_page: 'revenue' },
    });
    const [system, ...messages] = model.requests.at(-1)?.messages ?? [];
    expect(system?.role).toBe('system');
    expect(system?.content).toContain('BizBot');
    expect(messages.slice(0, 2)).toEqual([
      { role: 'user', content: 'My name is Ada {x}' },
      { role: 'assistant', content: 'Fine, thank you.' },
    ]);
    expect(messages).toHaveLength(3);
    expect(messages[2]?.content).toBe(
      '<page_context>\n{"current_page":"revenue"}\n</page_context>\n\n{"lc":1,"type":"secret","id":["JWT_SECRET"]}',
    );
  });

  it('never see the conversation of another user with the same session id', async () => {
    const session = randomUUID();
    await send(signToken(), { message: 'a secret of the first user', session_id: session });
    await send(signToken(), { message: 'Hello', session_id: session });
    expect(JSON.stringify(model.requests.at(-1)?.body)).not.toContain('a secret of the first user');
  });

  it('fail clearly when the model dies, keep the question, and come when it is asked again', async () => {
    model.setBehaviour({ delayMs: 60 });
    const session = randomUUID();
    const token = signToken();
    let killing: Promise<void> | undefined;
    const events = await send(token, { message: 'Tell me a long story', session_id: session }, ({ data }) => {
      if (data.text?.includes('w3')) killing ??= model.closeAbruptly();
    });
    await killing;
    const last = events.at(-1);
    expect(last?.event).toBe('run.failed');
    expect(last?.data.retriable).toBe(true);
    expect(last?.data.error?.code).toBe('LLM_INTERRUPTED');
    expect(last?.data.error?.detail).toMatch(/broke off/);
    expect(textOf(events)).toContain('w3');
    expect((await history(token, session)).filter(({ type }) => type === 'user')).toMatchObject([
      { content: 'Tell me a long story' },
    ]);

    await model.reopen();
    model.setBehaviour({});
    const retried = await fetch(`${running.url}/chat/runs/${last?.data.run_id}/retry`, {
      method: 'POST',
      headers: headersOf(token),
    });
    expect(retried.status).toBe(200);
    const { run_id: runId } = (await retried.json()) as { run_id: string };
    const again = await read(
      await fetch(`${running.url}/chat/runs/${runId}/events`, { headers: headersOf(token) }),
      () => undefined,
    );
    expect(again.at(-1)?.event).toBe('run.completed');
    const kept = await history(token, session);
    expect(kept.filter(({ type }) => type === 'user')).toHaveLength(1);
    expect(kept.at(-1)?.content.trimEnd()).toBe(numberedTokens(40).join('').trimEnd());
  });

  it('stop costing when the user stops them', async () => {
    model.setBehaviour({ delayMs: 60 });
    const token = signToken();
    const before = model.aborted;
    let stopped: Promise<Response> | undefined;
    const events = await send(token, { message: 'Tell me a long story' }, ({ data }) => {
      if (!data.text) return;
      stopped ??= fetch(`${running.url}/chat/runs/${data.run_id}/stop`, {
        method: 'POST',
        headers: headersOf(token),
      });
    });
    expect((await stopped)?.status).toBe(200);
    expect(events.at(-1)?.event).toBe('run.cancelled');
    expect(textOf(events).length).toBeGreaterThan(0);
    expect(textOf(events)).not.toContain('w39');
    expect(model.aborted).toBe(before + 1);
  });

  it('say what the operator must do when the key is refused', async () => {
    model.setBehaviour({ status: 401 });
    const events = await send(signToken(), { message: 'Hello' });
    expect(events.at(-1)).toMatchObject({
      event: 'run.failed',
      data: { error: { code: 'LLM_REFUSED_KEY' } },
    });
    expect(events.at(-1)?.data.error?.detail).toContain('OPENAI_API_KEY');
  });
});
