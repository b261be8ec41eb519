import { AgentRegistry } from '../../src/agents/agent-registry.service.js';
import { DEFINITIONS_FOLDER, loadDefinitions } from '../../src/agents/agent-definitions.js';
import type { AgentBackend, AssignedTurn, BackendEvent } from '../../src/agents/backends/agent-backend.js';
import { CrewBackend } from '../../src/agents/backends/crew.backend.js';
import { CrewFigures } from '../../src/agents/backends/crew-figures.service.js';
import { CrewVoice } from '../../src/agents/backends/crew-voice.service.js';
import { AssistantsService } from '../../src/assistants/assistants.service.js';
import { CrewConfig } from '../../src/config/config.js';
import { parseEnv } from '../../src/config/env.schema.js';
import { Figures } from '../../src/datasets/figures.service.js';
import { TokenCounter } from '../../src/memory/token-counter.js';
import { buildCrews } from './crews.js';
import { buildModel } from './llm-lines.js';
import { MemoryDatasets } from './memory-datasets.js';

const registry = new AgentRegistry(loadDefinitions(DEFINITIONS_FOLDER));
const assistants = new AssistantsService(registry);
const never = new AbortController().signal;

/** A question of a user to the agent that analyses leads. */
export function crewTurn(more: Partial<AssignedTurn> = {}): AssignedTurn {
  return {
    runId: '019aa5c0-7d3e-7c1a-9f43-2b6d1f0e8a11',
    sessionId: 's',
    principal: { tenantId: 't', userId: 'u', role: 'user', email: null },
    question: { id: 'q', content: 'Which leads are hot?' },
    agentName: null,
    context: {},
    past: [],
    assistant: assistants.forRole('user'),
    choice: { agent: registry.get('lead_analyzer'), confidence: 0.9, how: 'ranked' },
    ...more,
  };
}

/** The backend over real HTTP to crews and models. In: variables as the process would get them. */
export function buildCrewBackend(env: Record<string, string>): CrewBackend {
  const voice = new CrewVoice(buildModel(env).model, new TokenCounter(), new CrewConfig(parseEnv(env)));
  const figures = new CrewFigures(new Figures(new MemoryDatasets()));
  return new CrewBackend(buildCrews(env).crews, figures, voice);
}

/** Everything that a backend yields for a turn. */
export async function allOf(backend: AgentBackend, turn: AssignedTurn) {
  const events: BackendEvent[] = [];
  for await (const event of backend.run(turn, never)) events.push(event);
  const last = events.at(-1);
  return {
    events,
    last,
    text: events.map((event) => (event.type === 'delta' ? event.text : '')).join(''),
    statuses: events.flatMap((event) => (event.type === 'status' ? [event.text] : [])),
    references: events.flatMap((event) => (event.type === 'reference' ? [event.reference] : [])),
    result: last?.type === 'end' ? last.result : undefined,
  };
}
