import { startAnthropicServer } from '../../test/support/anthropic-server.js';
import { startModelServer } from '../../test/support/model-server.js';
import { ask, buildModel, type BuiltModel, collect } from '../../test/support/llm-lines.js';
import type { ScriptedServer } from '../../test/support/scripted-server.js';
import type { AppError } from '../common/errors/app-error.js';

const never = new AbortController().signal;
const KEY = 'sk-very-secret-key';

describe('failures before the first token, with one provider', () => {
  let server: ScriptedServer;
  let built: BuiltModel;

  beforeEach(async () => {
    server = await startModelServer({ tokens: 3 });
    built = buildModel({ OPENAI_BASE_URL: server.url, OPENAI_API_KEY: KEY, LLM_TIMEOUT: '1' });
  });
  afterEach(async () => {
    built.transport.onApplicationShutdown();
    await server.close();
  });

  it.each([
    [401, 'LLM_REFUSED_KEY', 1, false],
    [403, 'LLM_REFUSED_KEY', 1, false],
    [404, 'LLM_REFUSED', 1, false],
    [400, 'LLM_REFUSED', 1, false],
    [302, 'LLM_REFUSED', 1, false],
    [429, 'LLM_RATE_LIMITED', 1, true],
    [500, 'LLM_UNAVAILABLE', 2, true],
    [503, 'LLM_UNAVAILABLE', 2, true],
    [529, 'LLM_UNAVAILABLE', 2, true],
  ])('status %i is %s after %i tries', async (status, code, tries, retriable) => {
    server.setBehaviour({ status, headers: { location: 'http://127.0.0.1:1/elsewhere' } });
    const { error } = await collect(built.model.stream(ask('my private question'), never));
    expect(error?.code).toBe(code);
    expect(server.requests).toHaveLength(tries);
    expect((error as AppError).retriable).toBe(retriable);
    const everything = JSON.stringify([error?.detail, error?.message, String(error?.cause), error?.cause]);
    expect(everything).not.toContain(KEY);
    expect(everything).not.toContain('private');
    expect(error?.detail).toMatch(/\w \w.*[.]$/);
  });

  it('says once of each call how it ended, and nothing of a provider that is spared', async () => {
    const question = (signal = never): ReturnType<typeof collect> =>
      collect(built.model.stream(ask('x'), signal));
    await question();
    server.setBehaviour({ dieAfter: 1, times: 1 });
    await question();
    server.setBehaviour({ status: 500, times: 1 });
    await question();
    server.setBehaviour({ hang: 1, times: 1 });
    const stop = new AbortController();
    await collect(built.model.stream(ask('x'), stop.signal), () => stop.abort());
    expect(built.calls).toEqual([
      'openai answered',
      'openai LLM_INTERRUPTED',
      'openai LLM_UNAVAILABLE',
      'openai answered',
      'openai stopped',
    ]);
    server.setBehaviour({ status: 500 });
    for (let index = 0; index < 4; index += 1) await question();
    expect(built.calls.slice(5)).toEqual(Array.from({ length: 5 }, () => 'openai LLM_UNAVAILABLE'));
    expect(server.requests).toHaveLength(10);
  });

  it('tells the operator which variable holds a refused key', async () => {
    server.setBehaviour({ status: 401 });
    expect((await collect(built.model.stream(ask('x'), never))).error?.detail).toContain('OPENAI_API_KEY');
  });

  it('recovers with the second try', async () => {
    server.setBehaviour({ status: 500, times: 1 });
    expect((await collect(built.model.stream(ask('x'), never))).text).toBe('w0 w1 w2 ');
  });

  it('waits as long as a short Retry-After says', async () => {
    server.setBehaviour({ status: 429, headers: { 'retry-after': '1' }, times: 1 });
    const started = Date.now();
    expect((await collect(built.model.stream(ask('x'), never))).text).toBe('w0 w1 w2 ');
    expect(Date.now() - started).toBeGreaterThanOrEqual(950);
  });

  it('passes a long Retry-After on instead of waiting', async () => {
    server.setBehaviour({ status: 429, headers: { 'retry-after': '30' } });
    const started = Date.now();
    const { error } = await collect(built.model.stream(ask('x'), never));
    expect(error).toMatchObject({ code: 'LLM_RATE_LIMITED', headers: { 'Retry-After': '30' } });
    expect(server.requests).toHaveLength(1);
    expect(Date.now() - started).toBeLessThan(1000);
  });

  it('can be stopped while it waits', async () => {
    server.setBehaviour({ status: 429, headers: { 'retry-after': '4' } });
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 100);
    const started = Date.now();
    expect((await collect(built.model.stream(ask('x'), stop.signal))).error?.name).toBe('AbortError');
    expect(Date.now() - started).toBeLessThan(1500);
  });

  it('tries again when the connection is reset', async () => {
    server.setBehaviour({ dieAfter: 0, times: 1 });
    expect((await collect(built.model.stream(ask('x'), never))).text).toBe('w0 w1 w2 ');
  });

  it('spares a dead provider after five failures and asks it again when the pause is over', async () => {
    built = buildModel({ OPENAI_BASE_URL: server.url }, { pause: 2000 });
    await server.closeAbruptly();
    for (let i = 0; i < 3; i += 1) await collect(built.model.stream(ask('x'), never));
    await server.reopen();
    const spared = await collect(built.model.stream(ask('x'), never));
    expect(spared.error?.code).toBe('LLM_UNAVAILABLE');
    expect(server.requests).toHaveLength(0);
    expect(built.lines.providers()[0]).toMatchObject({ state: 'down', lastError: 'LLM_UNAVAILABLE' });
    await new Promise((resolve) => setTimeout(resolve, 2050));
    expect((await collect(built.model.stream(ask('x'), never))).text).toBe('w0 w1 w2 ');
    expect(built.lines.providers()[0]).toMatchObject({ state: 'up' });
  });

  it('does not spare a provider for refused keys, busy times or stopped answers', async () => {
    server.setBehaviour({ status: 401, times: 6 });
    for (let i = 0; i < 6; i += 1) await collect(built.model.stream(ask('x'), never));
    server.setBehaviour({ hang: true });
    for (let i = 0; i < 6; i += 1) await collect(built.model.stream(ask('x'), AbortSignal.timeout(30)));
    server.setBehaviour({});
    expect((await collect(built.model.stream(ask('x'), never))).text).toBe('w0 w1 w2 ');
  });

  it('stays open when the test call of the breaker is stopped', async () => {
    built = buildModel({ OPENAI_BASE_URL: server.url }, { pause: 100, failures: 1, tries: 1 });
    server.setBehaviour({ status: 500, times: 1 });
    await collect(built.model.stream(ask('x'), never));
    await new Promise((resolve) => setTimeout(resolve, 120));
    server.setBehaviour({ hang: true, times: 1 });
    await collect(built.model.stream(ask('x'), AbortSignal.timeout(50)));
    expect((await collect(built.model.stream(ask('x'), never))).error?.code).toBe('LLM_UNAVAILABLE');
    expect(server.requests).toHaveLength(2);
  });
});

describe('falling back from one provider to the other', () => {
  let openai: ScriptedServer;
  let anthropic: ScriptedServer;
  let built: BuiltModel;

  const build = (more: Record<string, string> = {}) =>
    buildModel({
      OPENAI_BASE_URL: openai.url,
      ANTHROPIC_BASE_URL: anthropic.url,
      ANTHROPIC_API_KEY: KEY,
      LLM_TIMEOUT: '1',
      ...more,
    });

  beforeEach(async () => {
    openai = await startModelServer({ reply: () => ['from ', 'openai'] });
    anthropic = await startAnthropicServer({ reply: () => ['from ', 'anthropic'] });
    built = build();
  });
  afterEach(async () => {
    built.transport.onApplicationShutdown();
    await openai.close();
    await anthropic.close();
  });

  it('asks only the first provider while it answers', async () => {
    const answer = await collect(built.model.stream(ask('x'), never));
    expect(answer.text).toBe('from openai');
    expect(anthropic.requests).toHaveLength(0);
  });

  it('asks the provider that LLM_PROVIDER names first', async () => {
    built = build({ LLM_PROVIDER: 'anthropic' });
    expect((await collect(built.model.stream(ask('x'), never))).end?.provider).toBe('anthropic');
    expect(openai.requests).toHaveLength(0);
  });

  it.each([
    ['is refused its key', { status: 401 }],
    ['is busy', { status: 429 }],
    ['fails', { status: 500 }],
    ['talks nonsense', { garbage: true }],
    ['says nothing', { empty: true }],
    ['hangs', { hang: true }],
    ['resets', { dieAfter: 0 }],
  ])('goes to the other when the first one %s', async (_, behaviour) => {
    openai.setBehaviour(behaviour);
    const answer = await collect(built.model.stream(ask('x'), never));
    expect(answer.text).toBe('from anthropic');
    expect(answer.end?.provider).toBe('anthropic');
  });

  it('does not sit out a wait while another provider is there', async () => {
    openai.setBehaviour({ status: 429, headers: { 'retry-after': '4' } });
    const started = Date.now();
    expect((await collect(built.model.stream(ask('x'), never))).text).toBe('from anthropic');
    expect(Date.now() - started).toBeLessThan(1500);
  });

  it('never mixes two answers: after the first token a failure is a failure', async () => {
    openai.setBehaviour({ dieAfter: 1, delayMs: 5 });
    const answer = await collect(built.model.stream(ask('x'), never));
    expect(answer.text).toBe('from ');
    expect(answer.error?.code).toBe('LLM_INTERRUPTED');
    expect(anthropic.requests).toHaveLength(0);
  });

  it('reports what may pass where one failure needs the operator and the other does not', async () => {
    openai.setBehaviour({ status: 401 });
    anthropic.setBehaviour({ status: 503 });
    expect((await collect(built.model.stream(ask('x'), never))).error?.code).toBe('LLM_UNAVAILABLE');
  });

  it('does not ask the other when the caller stops the first', async () => {
    openai.setBehaviour({ hang: true });
    const answer = await collect(built.model.stream(ask('x'), AbortSignal.timeout(60)));
    expect(answer.error?.name).toBe('AbortError');
    expect(anthropic.requests).toHaveLength(0);
  });

  it('tells how each provider is doing', async () => {
    expect(built.lines.providers()).toEqual([
      { name: 'openai', model: 'gpt-4o-mini', state: 'unknown' },
      { name: 'anthropic', model: 'claude-sonnet-4-5', state: 'unknown' },
    ]);
    openai.setBehaviour({ status: 401 });
    await collect(built.model.stream(ask('x'), never));
    expect(built.lines.providers()).toMatchObject([
      { name: 'openai', state: 'down', lastError: 'LLM_REFUSED_KEY' },
      { name: 'anthropic', state: 'up' },
    ]);
  });
});

describe('no provider', () => {
  it('is said plainly', async () => {
    const { model, lines } = buildModel({});
    expect(model.configured).toBe(false);
    expect((await collect(model.stream(ask('x'), never))).error?.code).toBe('LLM_NO_PROVIDER');
    expect(lines.providers().map(({ name, state }) => [name, state])).toEqual([
      ['openai', 'not_configured'],
      ['anthropic', 'not_configured'],
    ]);
  });
});
