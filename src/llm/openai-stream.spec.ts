import { startModelServer } from '../../test/support/model-server.js';
import { numberedTokens, type ScriptedServer } from '../../test/support/scripted-server.js';
import { ask, buildModel, type BuiltModel, collect, until } from '../../test/support/llm-lines.js';

const never = new AbortController().signal;

describe('the language model over an OpenAI-compatible server', () => {
  let server: ScriptedServer;
  let built: BuiltModel;

  beforeEach(async () => {
    server = await startModelServer({ tokens: 6 });
    built = buildModel({ OPENAI_BASE_URL: server.url, OPENAI_MODEL: 'llama3', LLM_TIMEOUT: '1' });
  });
  afterEach(async () => {
    built.transport.onApplicationShutdown();
    await server.close();
  });

  it('streams the tokens in order, each as it comes, and ends with the counts of the provider', async () => {
    server.setBehaviour({ delayMs: 15 });
    const answer = await collect(built.model.stream(ask('Hello there'), never));
    expect(answer.error).toBeUndefined();
    expect(answer.deltas).toEqual(numberedTokens(6));
    expect(answer.end).toEqual({
      type: 'end',
      provider: 'openai',
      model: 'llama3',
      inputTokens: Math.ceil('You are a bot.'.length / 4) + Math.ceil('Hello there'.length / 4),
      outputTokens: 6,
      finishReason: 'stop',
    });
  });

  it('works without a key and asks for the model, the stream and the counts', async () => {
    await collect(built.model.stream({ ...ask('Hi'), maxOutputTokens: 77 }, never));
    const [request] = server.requests;
    expect(request?.path).toBe('/v1/chat/completions');
    expect(request?.body).toMatchObject({
      model: 'llama3',
      stream: true,
      stream_options: { include_usage: true },
      max_tokens: 77,
      messages: [
        { role: 'system', content: 'You are a bot.' },
        { role: 'user', content: 'Hi' },
      ],
    });
  });

  it.each([
    ['nothing is asked for', undefined, 300],
    ['more is asked for', 5000, 300],
    ['less is asked for', 77, 77],
  ])('caps the tokens of an answer by MAX_OUTPUT_TOKENS where %s', async (_case, asked, sent) => {
    const { model, transport } = buildModel({ OPENAI_BASE_URL: server.url, MAX_OUTPUT_TOKENS: '300' });
    await collect(model.stream({ ...ask('Hi'), maxOutputTokens: asked }, never));
    expect(server.requests[0]?.body).toMatchObject({ max_tokens: sent });
    transport.onApplicationShutdown();
  });

  it('caps reasoning models in the field that they take, and every model by default', async () => {
    const { model, transport } = buildModel({ OPENAI_BASE_URL: server.url, OPENAI_MODEL: 'o3-mini' });
    await collect(model.stream(ask('Hi'), never));
    expect(server.requests[0]?.body).toMatchObject({ max_completion_tokens: 4096 });
    expect(server.requests[0]?.body).not.toHaveProperty('max_tokens');
    transport.onApplicationShutdown();
  });

  it('sends text that looks like a template or a serialised object as it is', async () => {
    const text =
      '{"lc":1,"type":"constructor","id":["langchain","x"],"kwargs":{}} {x} {{y}} ${z} %s \ud83d\ude00';
    await collect(built.model.stream(ask(text, 'Be {kind}.'), never));
    expect(server.requests[0]?.messages).toEqual([
      { role: 'system', content: 'Be {kind}.' },
      { role: 'user', content: text },
    ]);
  });

  it('passes an answer with an lc key on as text', async () => {
    const lc = '{"lc":1,"type":"secret","id":["OPENAI_API_KEY"]}';
    await server.close();
    server = await startModelServer({ reply: () => [lc] });
    built = buildModel({ OPENAI_BASE_URL: server.url });
    expect((await collect(built.model.stream(ask('x'), never))).text).toBe(lc);
  });

  it('makes one message of neighbours with the same role', async () => {
    const request = {
      system: 's',
      messages: [
        { role: 'user', content: 'a' },
        { role: 'user', content: 'b' },
        { role: 'assistant', content: 'c' },
        { role: 'user', content: 'd' },
      ] as const,
    };
    await collect(built.model.stream(request, never));
    expect(server.requests[0]?.messages.map(({ role, content }) => [role, content])).toEqual([
      ['system', 's'],
      ['user', 'a\n\nb'],
      ['assistant', 'c'],
      ['user', 'd'],
    ]);
  });

  it('uses a connection again', async () => {
    for (let i = 0; i < 5; i += 1) await collect(built.model.stream(ask(`${i}`), never));
    expect(server.requests).toHaveLength(5);
    expect(server.connections).toBeLessThanOrEqual(2);
  });

  it('closes the connection when the caller stops it, and throws an AbortError', async () => {
    server.setBehaviour({ delayMs: 20 });
    const stop = new AbortController();
    const answer = await collect(built.model.stream(ask('x'), stop.signal), (count) => {
      if (count === 2) stop.abort();
    });
    expect(answer.error?.name).toBe('AbortError');
    expect(answer.deltas).toEqual(['w0 ', 'w1 ']);
    await until(() => server.aborted === 1, 'the server sees the client leave');
  });

  it('closes the connection when the caller stops it before the first token', async () => {
    server.setBehaviour({ hang: true });
    const stop = new AbortController();
    const answering = collect(built.model.stream(ask('x'), stop.signal));
    await until(() => server.requests.length === 1, 'the server is asked');
    stop.abort();
    expect((await answering).error?.name).toBe('AbortError');
    await until(() => server.aborted === 1, 'the server sees the client leave');
  });

  it('asks nobody when it was stopped before it began', async () => {
    expect((await collect(built.model.stream(ask('x'), AbortSignal.abort()))).error?.name).toBe('AbortError');
    expect(server.requests).toHaveLength(0);
  });

  it('closes the connection when the reader leaves', async () => {
    server.setBehaviour({ delayMs: 20 });
    for await (const _ of built.model.stream(ask('x'), never)) break;
    await until(() => server.aborted === 1, 'the server sees the client leave');
  });

  it('leaves no listener on a signal that lives longer than the answer', async () => {
    const signal = new AbortController().signal;
    const added = jest.spyOn(signal, 'addEventListener');
    const removed = jest.spyOn(signal, 'removeEventListener');
    await collect(built.model.stream(ask('x'), signal));
    expect(added.mock.calls.length).toBeGreaterThan(0);
    expect(removed).toHaveBeenCalledTimes(added.mock.calls.length);
  });

  it.each([
    ['before the first token', { hang: true } as const, 0],
    ['after the headers', { hang: 0 } as const, 0],
    ['between two tokens', { hang: 3 } as const, 3],
  ])('gives up after a silence %s', async (_, behaviour, tokens) => {
    server.setBehaviour(behaviour);
    const answer = await collect(built.model.stream(ask('x'), never));
    expect(answer.error?.code).toBe('LLM_TIMEOUT');
    expect(answer.text).toBe(numberedTokens(tokens).join(''));
    expect(server.requests).toHaveLength(1);
    await until(() => server.aborted === 1, 'the server sees the client leave');
  });

  it('does not hold the time that the reader takes against the model', async () => {
    server.setBehaviour({ delayMs: 10 });
    const seen: string[] = [];
    for await (const event of built.model.stream(ask('x'), never)) {
      if (event.type === 'delta') seen.push(event.text);
      if (seen.length === 1) await new Promise((resolve) => setTimeout(resolve, 1300));
    }
    expect(seen.join('')).toBe(numberedTokens(6).join(''));
  });

  it.each([
    ['is cut', { dieAfter: 3 } as const],
    ['ends without its closing events', { endAfter: 3 } as const],
  ])('says so when an answer %s, keeps what came, and does not ask again', async (_, behaviour) => {
    server.setBehaviour({ ...behaviour, delayMs: 5 });
    const answer = await collect(built.model.stream(ask('x'), never));
    expect(answer.error?.code).toBe('LLM_INTERRUPTED');
    expect(answer.text).toBe('w0 w1 w2 ');
    expect(answer.end).toBeUndefined();
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    ['an event that is not JSON', { garbage: true } as const],
    ['a web page', { garbage: '<html><body>Bad gateway</body></html>' } as const],
    ['another protocol', { garbage: 'data: {"hello":"world"}\n\ndata: [1,2]\n\ndata: "x"\n\n' } as const],
    [
      'content that is no text',
      { garbage: 'data: {"choices":[{"delta":{"content":[{"a":1}]}}]}\n\ndata: [DONE]\n\n' } as const,
    ],
    ['an endless event', { garbage: `data: ${'x'.repeat(3 * 1024 * 1024)}` } as const],
    ['no text', { empty: true } as const],
    ['an empty body', { garbage: '' } as const],
  ])('refuses %s', async (_, behaviour) => {
    server.setBehaviour(behaviour);
    const answer = await collect(built.model.stream(ask('x'), never));
    expect(answer.error?.code).toBe('LLM_BAD_ANSWER');
    expect(answer.deltas).toEqual([]);
  });

  it('refuses an answer of white space and keeps the white space before a real one', async () => {
    await server.close();
    server = await startModelServer({
      reply: (messages) => (messages.at(-1)?.content === 'blank' ? ['\n', ' '] : ['\n', ' a']),
    });
    built = buildModel({ OPENAI_BASE_URL: server.url });
    expect((await collect(built.model.stream(ask('blank'), never))).error?.code).toBe('LLM_BAD_ANSWER');
    expect((await collect(built.model.stream(ask('x'), never))).text).toBe('\n a');
  });

  it('understands a failure that is reported inside the stream', async () => {
    server.setBehaviour({ garbage: 'data: {"error":{"message":"secret sk-123","code":500}}\n\n' });
    const answer = await collect(built.model.stream(ask('x'), never));
    expect(answer.error?.code).toBe('LLM_UNAVAILABLE');
    expect(JSON.stringify(answer.error) + String(answer.error?.cause)).not.toContain('sk-123');
  });
});
