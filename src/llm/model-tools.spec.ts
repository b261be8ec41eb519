import { startAnthropicServer } from '../../test/support/anthropic-server.js';
import { buildModel, type BuiltModel, collect } from '../../test/support/llm-lines.js';
import { startModelServer } from '../../test/support/model-server.js';
import type { ScriptedReply } from '../../test/support/scripted-reply.js';
import type { ScriptedServer, ServedMessage } from '../../test/support/scripted-server.js';
import type { ModelMessage, ModelRequest } from './llm.contract.js';

const never = new AbortController().signal;
const TOOLS = [
  {
    name: 'look_up',
    description: 'Looks something up.',
    parameters: { type: 'object', properties: { of: { type: 'string' } }, required: ['of'] },
  },
];
const ASKED: ModelMessage = { role: 'user', content: 'How much?' };
const CALLED: ModelMessage[] = [
  ASKED,
  {
    role: 'assistant',
    content: 'Let me see. ',
    calls: [
      { id: 'a', name: 'look_up', arguments: '{"of":"x"}' },
      { id: 'b', name: 'look_up', arguments: '{broken' },
    ],
  },
  { role: 'tool', callId: 'a', content: 'Seven {x}.' },
  { role: 'tool', callId: 'b', content: 'Not JSON.' },
];
const asking = (more: Partial<ModelRequest> = {}): ModelRequest => ({
  ...{ system: 'You are a bot.', messages: [ASKED], tools: TOOLS },
  ...more,
});

const PROTOCOLS = {
  openai: {
    start: startModelServer,
    env: (url: string) => ({ OPENAI_BASE_URL: url }),
    tools: [{ type: 'function', function: TOOLS[0] }],
    none: 'none',
    ends: ['tool_calls', 'length'],
  },
  anthropic: {
    start: startAnthropicServer,
    env: (url: string) => ({ ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: 'k' }),
    tools: [{ name: 'look_up', description: 'Looks something up.', input_schema: TOOLS[0]?.parameters }],
    none: { type: 'none' },
    ends: ['tool_use', 'max_tokens'],
  },
} as const;

describe.each(['openai', 'anthropic'] as const)('calls of tools over %s', (protocol) => {
  const { start, env, tools, none, ends } = PROTOCOLS[protocol];
  let server: ScriptedServer;
  let built: BuiltModel;
  let reply: string | string[] | ScriptedReply;

  beforeAll(async () => {
    server = await start({ reply: () => reply });
  });
  afterAll(() => server.close());
  beforeEach(() => {
    server.setBehaviour({});
    built = buildModel({ ...env(server.url), LLM_TIMEOUT: '1' });
  });
  afterEach(() => built.transport.onApplicationShutdown());

  const ask = (request: ModelRequest = asking()): ReturnType<typeof collect> =>
    collect(built.model.stream(request, never));
  const sent = (): Readonly<Record<string, unknown>> => server.requests.at(-1)?.body ?? {};

  it('come after the text, whole and in their order', async () => {
    const long = JSON.stringify({ of: 'a "quoted" \ud83d\ude00 text, longer than one piece {x}' });
    reply = {
      text: ['One ', 'moment.'],
      calls: [
        { name: 'look_up', arguments: long, id: 'call_a' },
        { name: 'look_up', arguments: {}, id: 'call_b' },
      ],
    };
    const answer = await ask();
    expect(answer.text).toBe('One moment.');
    expect(answer.calls).toEqual([
      { id: 'call_a', name: 'look_up', arguments: long },
      { id: 'call_b', name: 'look_up', arguments: '{}' },
    ]);
    expect(answer.end?.finishReason).toBe(ends[0]);
    expect(answer.end?.outputTokens).toBeGreaterThan(2);
  });

  it('may be all that there is, also with nothing between their brackets', async () => {
    reply = { calls: [{ name: 'look_up', arguments: '' }] };
    const answer = await ask();
    expect(answer.deltas).toEqual([]);
    expect(answer.calls).toMatchObject([{ name: 'look_up', arguments: '{}' }]);
    expect(answer.error).toBeUndefined();
  });

  it('are left half where the answer reached its limit', async () => {
    reply = { calls: [{ name: 'look_up', arguments: '{"of": "x' }], cut: true };
    const answer = await ask();
    expect(answer.calls).toMatchObject([{ arguments: '{"of": "x' }]);
    expect(answer.end?.finishReason).toBe(ends[1]);
  });

  it('are offered as the protocol wants it, and no more when it is time to answer', async () => {
    reply = 'Fine.';
    await ask();
    expect(sent()).toMatchObject({ tools });
    expect(sent()['tool_choice']).toBeUndefined();
    await ask(asking({ answerNow: true }));
    expect(sent()).toMatchObject({ tools, tool_choice: none });
    await ask(asking({ tools: [] }));
    expect(sent()['tools']).toBeUndefined();
  });

  it('go back with their results; arguments that are no JSON as none', async () => {
    reply = 'Seven.';
    expect((await ask(asking({ messages: CALLED }))).text).toBe('Seven.');
    const [, ...messages] = server.requests.at(-1)?.messages ?? [];
    expect(messages).toEqual<ServedMessage[]>([
      { role: 'user', content: 'How much?' },
      {
        role: 'assistant',
        content: 'Let me see.',
        calls: [
          { id: 'a', name: 'look_up', arguments: '{"of":"x"}' },
          { id: 'b', name: 'look_up', arguments: '{}' },
        ],
      },
      { role: 'tool', callId: 'a', content: 'Seven {x}.' },
      { role: 'tool', callId: 'b', content: 'Not JSON.' },
    ]);
  });

  it.each([
    ['breaks off', { dieAfter: 2, delayMs: 5 }],
    ['ends without its closing events', { endAfter: 2, delayMs: 5 }],
  ])('are none where the answer %s within one', async (_name, behaviour) => {
    reply = { calls: [{ name: 'look_up', arguments: '{"of":"something long enough"}' }] };
    server.setBehaviour(behaviour);
    const answer = await ask();
    expect(answer.calls).toEqual([]);
    expect(answer.error?.code).toBe('LLM_INTERRUPTED');
  });

  it('are not asked for twice: a model without tools answers without, and is known for it', async () => {
    reply = 'Hello.';
    const words = '"auto" tool choice requires --enable-auto-tool-choice';
    server.setBehaviour({ status: 400, errorText: words, times: 1 });
    const before = server.requests.length;
    const first = await ask();
    expect(first.text).toBe('Hello.');
    expect(first.end?.withoutTools).toBe(true);
    expect((await ask()).text).toBe('Hello.');
    const asked = server.requests.slice(before);
    expect(asked.map(({ body }) => 'tools' in body && body['tools'] !== undefined)).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('stay where a request fails for another reason, or after their results', async () => {
    reply = 'Hello.';
    server.setBehaviour({ status: 400, errorText: 'too long', times: 1 });
    expect((await ask()).error?.code).toBe('LLM_REFUSED');
    server.setBehaviour({ status: 400, errorText: 'no tools here', times: 1 });
    expect((await ask(asking({ messages: CALLED }))).error?.code).toBe('LLM_REFUSED');
    expect((await ask()).end?.withoutTools).toBeUndefined();
    expect(sent()).toMatchObject({ tools });
  });
});

describe('a provider that fails before its first call', () => {
  it('is followed by the next one, and after it by none', async () => {
    const calls = [{ name: 'look_up', arguments: { of: 'x' }, id: 'c' }];
    const openai = await startModelServer({ reply: () => ({ calls }) });
    const anthropic = await startAnthropicServer({ reply: () => ({ calls }) });
    const { model, transport } = buildModel({
      ...PROTOCOLS.openai.env(openai.url),
      ...PROTOCOLS.anthropic.env(anthropic.url),
    });
    openai.setBehaviour({ dieAfter: 0, times: 2 });
    const fallen = await collect(model.stream(asking(), never));
    expect([fallen.end?.provider, fallen.calls.length]).toEqual(['anthropic', 1]);
    openai.setBehaviour({ dieAfter: 1, delayMs: 5 });
    const broken = await collect(model.stream(asking(), never));
    expect([broken.error?.code, anthropic.requests.length]).toEqual(['LLM_INTERRUPTED', 1]);
    transport.onApplicationShutdown();
    await Promise.all([openai.close(), anthropic.close()]);
  });
});

describe('calls that are no calls', () => {
  it.each([
    ['that is no object', '[7]'],
    ['without a name', '[{"index":0,"id":"a","function":{"arguments":"{}"}}]'],
    ['whose arguments are no text', '[{"index":0,"id":"a","function":{"name":"x","arguments":{"a":1}}}]'],
  ])('are an answer that nobody can use: one %s', async (_name, calls) => {
    const server = await startModelServer();
    const { model, transport } = buildModel(PROTOCOLS.openai.env(server.url));
    server.setBehaviour({
      garbage: `data: {"choices":[{"delta":{"tool_calls":${calls}}}]}\n\ndata: [DONE]\n\n`,
    });
    expect((await collect(model.stream(asking(), never))).error?.code).toBe('LLM_BAD_ANSWER');
    transport.onApplicationShutdown();
    await server.close();
  });
});
