import { type AnswerPart, isDataPart } from '../common/parts/answer-part.contract.js';
import type { Role } from '../auth/principal.js';
import { AssistantsService } from '../assistants/assistants.service.js';

import { ChatConfig } from '../config/config.js';
import { parseEnv } from '../config/env.schema.js';

import { AgentRunner } from './agent-runner.service.js';
import type { AgentEvent, Turn } from './agents.contract.js';
import { DEFINITIONS_FOLDER, loadDefinitions } from './agent-definitions.js';
import { AgentRegistry } from './agent-registry.service.js';
import type { AgentBackend } from './backends/agent-backend.js';

import { LocalBackend } from './backends/local.backend.js';
import { RankedAgentSelector } from './selection/ranked-agent.selector.js';
import { LocalSkill, type SkillEvent } from './skills/skill.js';

const registry = new AgentRegistry(loadDefinitions(DEFINITIONS_FOLDER));
const assistants = new AssistantsService(registry);

const made = new WeakSet<AnswerPart>();
const figures = { vouchesFor: (part: AnswerPart): boolean => !isDataPart(part) || made.has(part) };
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

describe('AgentRunner with figures', () => {
  const METRIC: AnswerPart = {
    ...{ type: 'metric', dataset_id: '019aa5c0-7d3e-7c1a-9f43-2b6d1f0e8a11', label: 'Questions', value: 12 },
    ...{ source: 'usage', as_of: '2026-11-22T10:00:00.000Z' },
  };
  const showing = (part: AnswerPart) =>
    runnerWith(
      new LocalBackend([
        new FakeSkill('figures', 1, [
          { type: 'text', text: 'Here they are.\n' },
          { type: 'part', part },
        ]),
      ]),
    ).answer(turn('x'), new AbortController().signal);

  it('says the figures in words too, after the text, and keeps the text alone as a part', async () => {
    const part = { ...METRIC };
    made.add(part);
    const events = await collect(showing(part));
    expect(events.at(-1)).toMatchObject({
      answer: {
        content: 'Here they are.\n\n**Questions:** 12\n\nSource: usage, 2026-11-22 10:00 UTC.',
        parts: [{ type: 'text', text: 'Here they are.\n' }, part],
      },
    });
  });

  it('shows no figures that nobody vouches for', async () => {
    const seen: AgentEvent[] = [];
    await expect(collect(showing({ ...METRIC, value: 1e9 } as AnswerPart), seen)).rejects.toThrow(
      'A metric whose figures come from no stored dataset',
    );
    expect(seen.some((event) => event.type === 'part')).toBe(false);
  });
});
