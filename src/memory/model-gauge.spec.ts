import { LlmConfig } from '../config/config.js';
import { parseEnv } from '../config/env.schema.js';
import type { ModelMessage, ModelRequest } from '../llm/llm.contract.js';
import { ModelGauge } from './model-gauge.service.js';
import { windowOf } from './model-windows.js';
import { TokenCounter } from './token-counter.js';

const counter = new TokenCounter();
const gaugeOf = (env: Record<string, string>) => {
  return new ModelGauge(counter, new LlmConfig(parseEnv(env)));
};
const SMALL = { OPENAI_API_KEY: 'k', OPENAI_MODEL: 'tiny', MODEL_WINDOWS: 'tiny=4000' };
const call = (id: string): ModelMessage => ({
  role: 'assistant',
  content: '',
  calls: [{ id, name: 'look_up', arguments: '{}' }],
});
const result = (callId: string, words: number): ModelMessage => ({
  role: 'tool',
  callId,
  content: 'word '.repeat(words),
});
const requestOf = (...messages: ModelMessage[]): ModelRequest => ({
  system: 'SYSTEM',
  messages: [{ role: 'user', content: 'How much?' }, ...messages],
});

describe('the windows of models', () => {
  it.each([
    ['gpt-4', 8_192],
    ['gpt-4o-mini', 128_000],
    ['claude-sonnet-4-5', 200_000],
    ['llama3:8b', 8_192],
    ['llama3.1:8b', 128_000],
    ['something else', 8_192],
  ])('%s takes %d tokens', (model, tokens) => expect(windowOf(model, new Map())).toBe(tokens));

  it('are those of the configuration first', () => {
    expect(windowOf('gpt-4o-mini', new Map([['gpt-4o', 1234]]))).toBe(1234);
    expect(gaugeOf(SMALL).input).toBe(3000);
  });

  it('are that of the smaller model where another one may have to answer', () => {
    const both = { ...SMALL, ANTHROPIC_API_KEY: 'k' };
    expect(gaugeOf({ ...both, LLM_PROVIDER: 'anthropic' }).input).toBe(3000);
    expect(gaugeOf({ ANTHROPIC_API_KEY: 'k', MAX_OUTPUT_TOKENS: '1000' }).input).toBe(199_000);
  });

  it.each(['tiny', 'tiny=x', '=8000', 'tiny=10'])('refuses %s', (text) =>
    expect(() => parseEnv({ MODEL_WINDOWS: text })).toThrow(/MODEL_WINDOWS: must be name=tokens/),
  );
});

describe('the correction of counts', () => {
  it('follows the provider that counts more, up to three times', async () => {
    const gauge = gaugeOf(SMALL);
    const before = await gauge.count(['word '.repeat(100)], 10_000);
    for (let i = 0; i < 30; i += 1) gauge.learn('a', 1000, 1500);
    const after = await gauge.count(['word '.repeat(100)], 10_000);
    expect(after / before).toBeCloseTo(1.5, 1);
    for (let i = 0; i < 30; i += 1) gauge.learn('b', 1000, 1_000_000);
    expect((await gauge.count(['word '.repeat(100)], 10_000)) / before).toBeCloseTo(3, 1);
  });

  it('believes no count below its own, and none of a small request', async () => {
    const gauge = gaugeOf(SMALL);
    const before = await gauge.count(['word '.repeat(100)], 10_000);
    gauge.learn('a', 1000, 10);
    gauge.learn('a', 10, 1000);
    expect(await gauge.count(['word '.repeat(100)], 10_000)).toBe(before);
  });
});

describe('a request that grew by results', () => {
  it('is left as it is while the window holds it', async () => {
    const request = requestOf(call('1'), result('1', 500));
    expect(await gaugeOf(SMALL).fit(request)).toMatchObject({ request, full: false });
  });

  it('loses the oldest results first, never a call or the pairing, and no more than it must', async () => {
    const request = requestOf(
      call('1'),
      result('1', 1500),
      call('2'),
      result('2', 1500),
      call('3'),
      result('3', 500),
    );
    const gauge = gaugeOf(SMALL);
    const { request: fitted, counted, full } = await gauge.fit(request);
    expect(full).toBe(true);
    expect(counted).toBeLessThanOrEqual(gauge.input);
    expect(fitted.messages.map(({ role }) => role)).toEqual(request.messages.map(({ role }) => role));
    expect(fitted.messages[2]).toMatchObject({ callId: '1', content: expect.stringContaining('left_out') });
    expect(fitted.messages[4]).toEqual(request.messages[4]);
    expect(request.messages[2]?.content).toContain('word');
  });

  it('keeps to the window by the corrected count', async () => {
    const gauge = gaugeOf(SMALL);
    const request = requestOf(call('1'), result('1', 2000));
    expect((await gauge.fit(request)).full).toBe(false);
    for (let i = 0; i < 30; i += 1) gauge.learn('a', 1000, 2000);
    expect((await gauge.fit(request)).full).toBe(true);
  });
});
