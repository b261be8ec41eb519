import { NO_FACTS } from '../../../test/support/facts.js';
import { allOf, backendOf, textOf, turnOf } from '../../../test/support/llm-backend.js';
import { FakeTool } from '../../../test/support/tools.js';
import { ChatConfig, LlmConfig } from '../../config/config.js';
import { parseEnv } from '../../config/env.schema.js';
import type { ModelRequest } from '../../llm/llm.contract.js';
import { MemoryService } from '../../memory/memory.service.js';
import { ModelGauge } from '../../memory/model-gauge.service.js';
import { TokenCounter } from '../../memory/token-counter.js';

const never = new AbortController().signal;
const SMALL = { OPENAI_API_KEY: 'k', OPENAI_MODEL: 'tiny', MODEL_WINDOWS: 'tiny=6000' };

describe('a model with a small window', () => {
  const setUp = () => {
    const env = parseEnv(SMALL);
    const counter = new TokenCounter();
    const gauge = new ModelGauge(counter, new LlmConfig(env));
    const memory = new MemoryService(
      counter,
      gauge,
      { configured: true } as never,
      new ChatConfig(env),
      NO_FACTS,
    );
    const learnt = jest.spyOn(memory, 'learn');
    const tool = new FakeTool({ budget: 50 }, () => Promise.resolve({ text: 'word '.repeat(750) }));
    const once = ({ answerNow }: ModelRequest, round: number) =>
      answerNow ? { text: 'Enough.' } : { calls: [['look_up', { of: `${round}` }] as const] };
    return { ...backendOf(once, [tool], memory), gauge, tool, learnt };
  };

  it('is never asked for more than it takes, however much tools find, and no call is without its result', async () => {
    const { backend, model, gauge } = setUp();
    const events = await allOf(backend().run(turnOf('user', ['look_up']), never));
    expect(textOf(events)).toBe('Enough.');
    for (const request of model.requests) {
      expect((await gauge.fit(request)).full).toBe(false);
      const calls = request.messages.flatMap((one) => (one.role === 'assistant' ? (one.calls ?? []) : []));
      const results = request.messages.flatMap((one) => (one.role === 'tool' ? one.callId : []));
      expect(results).toEqual(calls.map(({ id }) => id));
    }
    const last = JSON.stringify(model.requests.at(-1));
    expect(last).toContain('left_out');
    expect(last).toContain('How much?');
    expect(model.requests.length).toBeLessThan(7);
  });

  it('tells what it was given in the notes, and how its tokens are counted', async () => {
    const { backend, learnt, model } = setUp();
    const last = (await allOf(backend().run(turnOf('user', ['look_up']), never))).at(-1);
    expect(last).toMatchObject({ result: { notes: { context: { tokens: expect.any(Number), turns: 0 } } } });
    expect(learnt).toHaveBeenCalledTimes(model.requests.length);
    expect(learnt).toHaveBeenLastCalledWith('gpt-x', expect.any(Number), 100);
  });
});
