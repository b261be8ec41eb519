import { runnerOf } from '../../test/support/tools.js';
import type { Role } from '../auth/principal.js';
import { AssistantsService } from '../assistants/assistants.service.js';
import { AppError } from '../common/errors/app-error.js';
import { CommonErrors } from '../common/errors/common.errors.js';
import { ChatConfig, LlmConfig } from '../config/config.js';
import { parseEnv } from '../config/env.schema.js';
import { LanguageModel, type ModelEvent, type ModelRequest } from '../llm/llm.contract.js';
import type { MemoryLimits, MemoryTurn, SeenContext } from '../memory/memory.contract.js';
import type { MemoryService } from '../memory/memory.service.js';
import { AgentRunner } from './agent-runner.service.js';
import type { AgentEvent, Turn } from './agents.contract.js';
import { DEFINITIONS_FOLDER, loadDefinitions } from './agent-definitions.js';
import { AgentRegistry } from './agent-registry.service.js';
import type { AgentBackend } from './backends/agent-backend.js';
import { LlmBackend } from './backends/llm.backend.js';
import { chunksOf, LocalBackend } from './backends/local.backend.js';
import { RankedAgentSelector } from './selection/ranked-agent.selector.js';
import { LocalSkill, type SkillEvent } from './skills/skill.js';

const registry = new AgentRegistry(loadDefinitions(DEFINITIONS_FOLDER));
const assistants = new AssistantsService(registry);
const figures = { vouchesFor: () => true };
const runnerWith = (backend: AgentBackend): AgentRunner =>
  new AgentRunner(
    assistants,
    new RankedAgentSelector(registry, new ChatConfig(parseEnv({}))),
    () => backend,
    figures,
  );

const turn = (content: string, role: Role = 'user', agentName: string | null = null): Turn => ({
  runId: 'r',
  sessionId: 's',
  principal: { tenantId: 't', userId: 'u', role, email: null },
  question: { id: 'q', content },
  agentName,
  context: { current_page: 'campaigns' },
  past: [],
});

async function collect(events: AsyncIterable<AgentEvent>, into: AgentEvent[] = []): Promise<AgentEvent[]> {
  for await (const event of events) into.push(event);
  return into;
}

class ScriptedModel extends LanguageModel {
  readonly configured = true;
  readonly requests: ModelRequest[] = [];
  constructor(private readonly script: readonly (ModelEvent | Error)[]) {
    super();
  }
  async *stream(request: ModelRequest): AsyncGenerator<ModelEvent> {
    this.requests.push(request);
    for (const step of this.script) {
      await Promise.resolve();
      if (step instanceof Error) throw step;
      yield step;
    }
  }
}

class FakeMemory {
  readonly asked: [MemoryTurn, MemoryLimits][] = [];
  readonly learnt: unknown[] = [];
  fit(request: ModelRequest) {
    return Promise.resolve({ request, counted: 5, full: false });
  }
  learn(...what: unknown[]): void {
    this.learnt.push(what);
  }
  contextFor(asked: MemoryTurn, limits: MemoryLimits): Promise<SeenContext> {
    this.asked.push([asked, limits]);
    return Promise.resolve({
      trace: { tokens: 3, turns: 0 },
      system: 'SYSTEM',
      messages: [{ role: 'user', content: asked.question.content }],
    });
  }
}

const END: ModelEvent = {
  type: 'end',
  provider: 'openai',
  model: 'gpt-x',
  inputTokens: 7,
  outputTokens: 2,
  finishReason: 'stop',
};
const delta = (text: string): ModelEvent => ({ type: 'delta', text });

describe('AgentRunner with a language model', () => {
  const setUp = (...script: (ModelEvent | Error)[]) => {
    const model = new ScriptedModel(script);
    const memory = new FakeMemory();
    const { runner: tools } = runnerOf();
    const config = new LlmConfig(parseEnv({}));
    const runner = runnerWith(
      new LlmBackend(model, memory as unknown as MemoryService, tools, figures as never, config),
    );
    return { model, memory, runner };
  };
  const signal = new AbortController().signal;

  it('starts, passes the text on as it comes, and ends with the answer', async () => {
    const { runner } = setUp(delta('Hel'), delta('lo'), END);
    const events = await collect(runner.answer(turn('How can I optimize my campaign performance?'), signal));
    expect(events.slice(0, 3)).toEqual([
      { type: 'started', agentName: 'campaign_optimizer', assistantName: 'MarketBot' },
      { type: 'delta', text: 'Hel' },
      { type: 'delta', text: 'lo' },
    ]);
    expect(events.slice(3)).toMatchObject([
      {
        type: 'answer',
        answer: {
          content: 'Hello',
          agentName: 'campaign_optimizer',
          assistantName: 'MarketBot',
          engine: 'llm',
          model: 'gpt-x',
          usage: { provider: 'openai', model: 'gpt-x', inputTokens: 7, outputTokens: 2 },
          suggestedActions: registry.get('campaign_optimizer').follow_ups,
        },
      },
    ]);
  });

  it('lets the model settle a close call in the same request, and never shows how', async () => {
    const { runner, memory, model } = setUp(delta('{'), delta('2} '), delta('Hel'), delta('lo'), END);
    const events = await collect(runner.answer(turn('hashtags and leads'), signal));
    const offered = memory.asked[0]?.[0].instructions ?? '';
    const second = /\{2\} (.+?):/.exec(offered)?.[1] ?? '';
    expect(['Social Media Specialist', 'Lead Analyzer']).toContain(second);
    expect(model.requests).toHaveLength(1);
    const agentName = second.toLowerCase().replaceAll(' ', '_');
    expect(events.slice(1, 3)).toEqual([
      { type: 'delta', text: 'Hel' },
      { type: 'delta', text: 'lo' },
    ]);
    expect(events.at(-1)).toMatchObject({
      type: 'answer',
      answer: {
        content: 'Hello',
        agentName,
        confidence: null,
        suggestedActions: registry.get(agentName).follow_ups,
      },
    });
  });

  it('keeps the first agent of a close call where the model names none', async () => {
    const { runner } = setUp(delta('Hello'), END);
    const events = await collect(runner.answer(turn('hashtags and leads'), signal));
    const [started] = events;
    const agentName = started?.type === 'started' ? started.agentName : undefined;
    expect(events.at(-1)).toMatchObject({ answer: { content: 'Hello', agentName } });
  });

  it('chooses by what was asked before, too', async () => {
    const { runner } = setUp(END);
    const past = [
      { role: 'user', content: 'which hashtags for instagram', place: 1, at: 1 },
      { role: 'assistant', content: 'Score your leads, prospects and funnels.', place: 2, at: 2 },
    ] as const;
    const events = await collect(runner.answer({ ...turn('and more of them'), past }, signal));
    expect(events[0]).toMatchObject({ type: 'started', agentName: 'social_media_specialist' });
  });

  it("gives the model the assistant's limits and the agent's part", async () => {
    const { runner, model, memory } = setUp(END);
    await collect(runner.answer(turn('Hello', 'readonly', 'information_retriever'), signal));
    expect(memory.asked[0]).toMatchObject([
      { sessionId: 's', instructions: expect.stringContaining('"Information Retriever"') },
      { maxMessages: 10, maxTokens: 2000 },
    ]);
    expect(model.requests).toHaveLength(1);
  });

  it('reports no usage where the provider counted nothing', async () => {
    const { runner } = setUp(delta('x'), { ...END, inputTokens: null, outputTokens: null });
    const events = await collect(runner.answer(turn('Hello'), signal));
    expect(events.at(-1)).toMatchObject({ type: 'answer', answer: { usage: null, model: 'gpt-x' } });
  });

  it('passes the failure of the model on, and does not answer by other means', async () => {
    const failure = new AppError(CommonErrors.UNAVAILABLE, 'The model does not answer.');
    const { runner } = setUp(delta('Hel'), failure);
    const seen: AgentEvent[] = [];
    await expect(collect(runner.answer(turn('Hello'), signal), seen)).rejects.toBe(failure);
    expect(seen.map((event) => event.type)).toEqual(['started', 'delta']);
  });

  it('has no answer when it was stopped', async () => {
    const stop = new AbortController();
    const { runner } = setUp(delta('a'), delta('b'), END);
    const seen: AgentEvent[] = [];
    const work = (async () => {
      for await (const event of runner.answer(turn('Hello'), stop.signal)) {
        seen.push(event);
        if (event.type === 'delta') stop.abort();
      }
    })();
    await expect(work).rejects.toMatchObject({ name: 'AbortError' });
    expect(seen.some((event) => event.type === 'answer')).toBe(false);
  });

  it('refuses an agent that the role may not use (any more), before anything starts', async () => {
    const { runner, model } = setUp(END);
    const seen: AgentEvent[] = [];
    const work = collect(runner.answer(turn('Hello', 'readonly', 'system_monitor'), signal), seen);
    await expect(work).rejects.toMatchObject({ code: 'AGENT_NOT_PERMITTED' });
    expect([seen, model.requests]).toEqual([[], []]);
  });
});

class FakeSkill extends LocalSkill {
  constructor(
    readonly name: string,
    private readonly score: number,
    private readonly events: readonly SkillEvent[],
  ) {
    super();
  }
  matches(): number {
    return this.score;
  }
  async *run(): AsyncGenerator<SkillEvent> {
    await Promise.resolve();
    yield* this.events;
  }
}

describe('AgentRunner with the local engine', () => {
  const CITATION = { type: 'citation', title: 'T', locator: 'docs/a.md#t', quote: 'Q' } as const;
  const TEXT = 'A sentence of some words.\n\n- one\n- two\n\n'.repeat(20);
  const skills = [
    new FakeSkill('low', 0.1, []),
    new FakeSkill('high', 0.9, [
      { type: 'status', text: 'Searching' },
      { type: 'text', text: TEXT },
      { type: 'part', part: CITATION },
      { type: 'next', questions: ['a', 'b', 'c', 'd'] },
    ]),
  ];

  it('lets the best skill answer and says which engine it was', async () => {
    const events = await collect(
      runnerWith(new LocalBackend(skills)).answer(turn('x'), new AbortController().signal),
    );
    expect(events[0]).toMatchObject({ type: 'started' });
    expect(events[1]).toEqual({ type: 'status', text: 'Searching' });
    expect(events.at(-1)).toMatchObject({
      type: 'answer',
      answer: {
        content: TEXT,
        parts: [CITATION],
        engine: 'local',
        model: null,
        usage: null,
        sources: ['docs/a.md#t'],
        suggestedActions: ['a', 'b', 'c'],
        notes: { skill: 'high' },
      },
    });
    const deltas = events.filter((event) => event.type === 'delta');
    expect(deltas.length).toBeGreaterThan(5);
    expect(deltas.map((event) => event.text).join('')).toBe(TEXT);
  });

  it('stops at once when it is told to', async () => {
    const stop = new AbortController();
    const seen: AgentEvent[] = [];
    const work = (async () => {
      for await (const event of runnerWith(new LocalBackend(skills)).answer(turn('x'), stop.signal)) {
        seen.push(event);
        if (event.type === 'delta') stop.abort();
      }
    })();
    await expect(work).rejects.toMatchObject({ name: 'AbortError' });
    expect(seen.filter((event) => event.type === 'delta')).toHaveLength(1);
  });

  it('lets other work have its turn while it writes', async () => {
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 0);
    await collect(runnerWith(new LocalBackend(skills)).answer(turn('x'), new AbortController().signal));
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
  });

  it.each(['', ' ', '\n\nlead', 'word', '  a b\n\n c ', '汉字'.repeat(500), 'x'.repeat(1000), TEXT])(
    'cuts text into pieces that are the text again',
    (text) => {
      expect(chunksOf(text).join('')).toBe(text);
      expect(chunksOf(text)).not.toContain('');
    },
  );
});
