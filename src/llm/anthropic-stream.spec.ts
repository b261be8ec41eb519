import { startAnthropicServer } from '../../test/support/anthropic-server.js';
import { startModelServer } from '../../test/support/model-server.js';
import { ask, buildModel, type BuiltModel, collect, until } from '../../test/support/llm-lines.js';
import { numberedTokens, type ScriptedServer } from '../../test/support/scripted-server.js';

const never = new AbortController().signal;

describe('the language model over Anthropic', () => {
  let server: ScriptedServer;
  let built: BuiltModel;

  beforeEach(async () => {
    server = await startAnthropicServer({ tokens: 6 });
    built = buildModel({
      ANTHROPIC_BASE_URL: server.url,
      ANTHROPIC_API_KEY: 'key-of-the-test',
      ANTHROPIC_MODEL: 'claude-x',
      LLM_TIMEOUT: '1',
    });
  });
  afterEach(async () => {
    built.transport.onApplicationShutdown();
    await server.close();
  });

  it('streams in order and ends with the counts of the provider', async () => {
    server.setBehaviour({ delayMs: 10 });
    const answer = await collect(built.model.stream(ask('Hello there'), never));
    expect(answer.deltas).toEqual(numberedTokens(6));
    expect(answer.end).toEqual({
      type: 'end',
      provider: 'anthropic',
      model: 'claude-x',
      inputTokens: Math.ceil('You are a bot.'.length / 4) + Math.ceil('Hello there'.length / 4),
      outputTokens: 6,
      finishReason: 'end_turn',
    });
  });

  it('sends key, system prompt, plain text and limit as the protocol wants them', async () => {
    const text = '{"lc":1,"type":"constructor"} {x} {{y}}';
    await collect(built.model.stream({ ...ask(text, 'Be {kind}.'), maxOutputTokens: 50 }, never));
    const [request] = server.requests;
    expect(request?.path).toBe('/v1/messages');
    expect(request?.headers['x-api-key']).toBe('key-of-the-test');
    expect(request?.body).toMatchObject({ model: 'claude-x', stream: true, max_tokens: 50 });
    expect(request?.messages).toEqual([
      { role: 'system', content: 'Be {kind}.' },
      { role: 'user', content: text },
    ]);
  });

  it('caps the tokens of an answer by MAX_OUTPUT_TOKENS', async () => {
    const env = { ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: 'k', MAX_OUTPUT_TOKENS: '300' };
    const { model, transport } = buildModel(env);
    for (const maxOutputTokens of [undefined, 5000, 77])
      await collect(model.stream({ ...ask('Hi'), maxOutputTokens }, never));
    expect(server.requests.map(({ body }) => body['max_tokens'])).toEqual([300, 300, 77]);
    transport.onApplicationShutdown();
  });

  it('uses one connection for one answer after another', async () => {
    for (let i = 0; i < 4; i += 1) await collect(built.model.stream(ask(`${i}`), never));
    expect(server.connections).toBe(1);
  });

  it.each([
    ['after two tokens', { delayMs: 20 }, 2],
    ['before the first token', { hang: true }, 0],
  ])('closes the connection when it is stopped %s', async (_, behaviour, tokens) => {
    server.setBehaviour(behaviour);
    const stop = new AbortController();
    const answering = collect(built.model.stream(ask('x'), stop.signal), (count) => {
      if (count === tokens) stop.abort();
    });
    if (tokens === 0) {
      await until(() => server.requests.length === 1, 'the server is asked');
      stop.abort();
    }
    const answer = await answering;
    expect(answer.error?.name).toBe('AbortError');
    expect(answer.deltas).toHaveLength(tokens);
    await until(() => server.aborted === 1, 'the server sees the client leave');
  });

  it.each([
    ['a refused key', { status: 401 }, 'LLM_REFUSED_KEY', ''],
    ['a busy model', { status: 429 }, 'LLM_RATE_LIMITED', ''],
    ['an overloaded model', { status: 529 }, 'LLM_UNAVAILABLE', ''],
    ['nonsense', { garbage: true }, 'LLM_BAD_ANSWER', ''],
    ['a web page', { garbage: '<html></html>' }, 'LLM_BAD_ANSWER', ''],
    ['an empty answer', { empty: true }, 'LLM_BAD_ANSWER', ''],
    ['a cut answer', { dieAfter: 2, delayMs: 5 }, 'LLM_INTERRUPTED', 'w0 w1 '],
    ['an answer without an end', { endAfter: 2, delayMs: 5 }, 'LLM_INTERRUPTED', 'w0 w1 '],
    ['a silent model', { hang: true }, 'LLM_TIMEOUT', ''],
    ['a model that falls silent', { hang: 2 }, 'LLM_TIMEOUT', 'w0 w1 '],
  ])('recognises %s', async (_, behaviour, code, text) => {
    server.setBehaviour(behaviour);
    const answer = await collect(built.model.stream(ask('x'), never));
    expect(answer.error?.code).toBe(code);
    expect(answer.text).toBe(text);
  });
});

describe('what leaves the process', () => {
  const switches = {
    LANGCHAIN_TRACING_V2: 'true',
    LANGSMITH_TRACING: 'true',
    LANGSMITH_TRACING_V2: 'true',
    LANGCHAIN_API_KEY: 'x',
    LANGSMITH_API_KEY: 'x',
    LANGSMITH_GATEWAY: '',
    LANGSMITH_ENDPOINT: '',
    LANGCHAIN_ENDPOINT: '',
  };
  const before = new Map(Object.keys(switches).map((name) => [name, process.env[name]]));

  afterEach(() => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });

  it.each(['openai', 'anthropic'] as const)(
    'goes to %s alone, also with tracing switched on',
    async (provider) => {
      const spy = await startModelServer();
      const server = provider === 'openai' ? await startModelServer() : await startAnthropicServer();
      Object.assign(process.env, switches, {
        LANGSMITH_GATEWAY: spy.url,
        LANGSMITH_ENDPOINT: spy.url,
        LANGCHAIN_ENDPOINT: spy.url,
      });
      const built = buildModel(
        provider === 'openai'
          ? { OPENAI_BASE_URL: server.url }
          : { ANTHROPIC_BASE_URL: server.url, ANTHROPIC_API_KEY: 'k' },
      );
      const fetched = jest.spyOn(globalThis, 'fetch');
      const answer = await collect(built.model.stream(ask('a private question'), never));
      await new Promise((resolve) => setTimeout(resolve, 600));
      expect(answer.error).toBeUndefined();
      expect(spy.connections).toBe(0);
      expect(fetched).not.toHaveBeenCalled();
      fetched.mockRestore();
      built.transport.onApplicationShutdown();
      await Promise.all([spy.close(), server.close()]);
    },
  );
});
