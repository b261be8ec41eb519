import { AssistantsService } from '../assistants/assistants.service.js';
import type { AnswerPart } from '../common/parts/answer-part.contract.js';
import { ChatConfig } from '../config/config.js';
import { parseEnv } from '../config/env.schema.js';
import { DEFINITIONS_FOLDER, loadDefinitions } from './agent-definitions.js';
import { AgentRegistry } from './agent-registry.service.js';
import { AgentRunner } from './agent-runner.service.js';
import type { AgentEvent, ApprovalRequest, Turn } from './agents.contract.js';
import type { AgentBackend, BackendEvent } from './backends/agent-backend.js';
import { RankedAgentSelector } from './selection/ranked-agent.selector.js';

const registry = new AgentRegistry(loadDefinitions(DEFINITIONS_FOLDER));
const request: ApprovalRequest = { approvalId: 'a', step: 's', tool: 't', arguments: {} };
const END: BackendEvent = {
  type: 'end',
  result: { engine: 'llm', model: null, usage: null, sources: [] },
};
const note = (title: string): AnswerPart => ({ type: 'citation', title, locator: 'l', quote: '' });

async function answered(script: readonly BackendEvent[], shown?: Turn['shown']): Promise<AgentEvent[]> {
  const backend: AgentBackend = {
    async *run() {
      yield* script;
    },
  };
  const runner = new AgentRunner(
    new AssistantsService(registry),
    new RankedAgentSelector(registry, new ChatConfig(parseEnv({}))),
    () => backend,
    { vouchesFor: () => true },
  );
  const events: AgentEvent[] = [];
  const turn: Turn = {
    runId: 'r',
    sessionId: 's',
    principal: { tenantId: 't', userId: 'u', role: 'user', email: null },
    question: { id: 'q', content: 'Rename it' },
    agentName: null,
    context: {},
    past: [],
    shown,
  };
  for await (const event of runner.answer(turn, new AbortController().signal)) events.push(event);
  return events;
}

describe('an answer for which a person is asked', () => {
  it('ends where the person has to agree', async () => {
    const events = await answered([{ type: 'delta', text: 'I would.' }, { type: 'approval', request }, END]);
    expect(events.map(({ type }) => type)).toEqual(['started', 'delta', 'approval']);
    expect(events.at(-1)).toEqual({ type: 'approval', request });
  });

  it.each([
    ['I would.', 'I would.\n\nIt is done.'],
    ['I would.\n', 'I would.\nIt is done.'],
    ['', 'It is done.'],
  ])('has what was shown before (%j) and what came then, once', async (text, content) => {
    const script: BackendEvent[] = [
      { type: 'delta', text: 'It is' },
      { type: 'delta', text: ' done.' },
      { type: 'part', part: note('new') },
      END,
    ];
    const events = await answered(script, { text, parts: [note('old')] });
    const deltas = events.flatMap((event) => (event.type === 'delta' ? [event.text] : []));
    expect(text + deltas.join('')).toBe(content);
    expect(events.filter(({ type }) => type === 'part')).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({
      type: 'answer',
      answer: { content, parts: [note('old'), note('new')] },
    });
  });
});
