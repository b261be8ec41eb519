import { AgentRegistry } from '../../src/agents/agent-registry.service.js';
import { DEFINITIONS_FOLDER, loadDefinitions } from '../../src/agents/agent-definitions.js';
import type { ApprovalDecision, StepJournal, StepState } from '../../src/agents/agents.contract.js';
import type { AssignedTurn, BackendEvent } from '../../src/agents/backends/agent-backend.js';
import { LlmBackend } from '../../src/agents/backends/llm.backend.js';
import type { Tool } from '../../src/agents/tools/tool.contract.js';
import { ToolRegistry } from '../../src/agents/tools/tool-registry.service.js';
import { ToolRunner } from '../../src/agents/tools/tool-runner.service.js';
import { AssistantsService } from '../../src/assistants/assistants.service.js';
import type { Role } from '../../src/auth/principal.js';
import { LlmConfig } from '../../src/config/config.js';
import { parseEnv } from '../../src/config/env.schema.js';
import type { Dataset, NewDataset } from '../../src/datasets/dataset.js';
import { Datasets } from '../../src/datasets/datasets.ports.js';
import { Figures } from '../../src/datasets/figures.service.js';
import { LanguageModel, type ModelEvent, type ModelRequest } from '../../src/llm/llm.contract.js';
import type { MemoryService } from '../../src/memory/memory.service.js';
import { Metrics } from '../../src/monitoring/metrics/metrics.js';
import { datasetId, FakeAudit } from './tools.js';

/** What a model does in one request. Arguments that are no text become JSON. */
export interface Says {
  readonly text?: string;
  readonly calls?: readonly (readonly [name: string, args: unknown])[];
  readonly outputTokens?: number | null;
  readonly fails?: Error;
}

/** A model that does what a test says, request by request, or by a function of the request. */
export class PuppetModel extends LanguageModel {
  readonly configured = true;
  readonly requests: ModelRequest[] = [];

  constructor(private readonly script: readonly Says[] | ((request: ModelRequest, round: number) => Says)) {
    super();
  }

  async *stream(request: ModelRequest): AsyncGenerator<ModelEvent> {
    const round = this.requests.push(structuredClone(request)) - 1;
    const says = typeof this.script === 'function' ? this.script(request, round) : this.script[round];
    if (!says) throw new Error(`The model was asked once more, for the ${round + 1}. time`);
    await Promise.resolve();
    if (says.fails) throw says.fails;
    for (const text of says.text?.match(/[^]{1,3}/g) ?? []) yield { type: 'delta', text };
    for (const [at, [name, args]] of (says.calls ?? []).entries()) {
      const text = typeof args === 'string' ? args : JSON.stringify(args);
      yield { type: 'tool_call', call: { id: `call_${round}_${at}`, name, arguments: text } };
    }
    const { outputTokens = 10 } = says;
    const counted = { inputTokens: outputTokens === null ? null : 100, outputTokens };
    yield { type: 'end', provider: 'openai', model: 'gpt-x', ...counted, finishReason: 'stop' };
  }
}

/** Datasets in memory. */
export class MemoryDatasets extends Datasets {
  readonly all = new Map<string, Dataset & { readonly sessionId: string }>();

  store(_: unknown, rows: NewDataset): Promise<string> {
    const id = datasetId(this.all.size + 1);
    const cells = rows.rows.map((row) => rows.columns.map(({ key }) => (row[key] ?? null) as never));
    const { columns, source, asOf, sessionId, total = cells.length } = rows;
    this.all.set(id, { id, columns, rows: cells, total, source, asOf, sessionId });
    return Promise.resolve(id);
  }

  find(_: unknown, sessionId: string, id: string): Promise<Dataset | null> {
    const found = this.all.get(id);
    return Promise.resolve(found?.sessionId === sessionId ? found : null);
  }
}

/** Steps in memory, as `chat_run_steps` keeps them. */
export class MemorySteps implements StepJournal {
  readonly all = new Map<string, StepState>();

  begin(step: string): Promise<StepState> {
    const known = this.all.get(step);
    if (!known) this.all.set(step, { state: 'unknown' });
    return Promise.resolve(known ?? { state: 'begun' });
  }

  end(step: string, { result }: { readonly result: unknown }): Promise<void> {
    this.all.set(step, { state: 'done', result: JSON.parse(JSON.stringify(result)) });
    return Promise.resolve();
  }
}

const registry = new AgentRegistry(loadDefinitions(DEFINITIONS_FOLDER));
const assistants = new AssistantsService(registry);

/** A turn of the default agent of a role, which has the named tools. */
export function turnOf(role: Role, tools: readonly string[], more: Partial<AssignedTurn> = {}): AssignedTurn {
  const assistant = assistants.forRole(role);
  const agent = { ...registry.get(assistant.defaultAgent), tools: [...tools] };
  return {
    ...{
      runId: 'r',
      sessionId: 's',
      question: { id: 'q', content: 'How much?' },
      agentName: null,
      context: {},
      past: [],
    },
    principal: { tenantId: 't', userId: 'u', role, email: null },
    assistant,
    choice: { agent, confidence: 0.9, how: 'ranked' },
    ...more,
  };
}

/** The question alone. */
const plainMemory = {
  fit: (request: ModelRequest) => Promise.resolve({ request, counted: 5, full: false }),
  learn: () => undefined,
  contextFor: ({ question, instructions }: { question: { content: string }; instructions?: string }) =>
    Promise.resolve({
      system: `SYSTEM\n\n${instructions}`,
      messages: [{ role: 'user', content: question.content }],
      trace: { tokens: 5, turns: 0 },
    }),
} as unknown as MemoryService;

/** A backend over a puppet and some tools, with what they wrote. */
export function backendOf(
  script: ConstructorParameters<typeof PuppetModel>[0],
  tools: readonly Tool[],
  memory: MemoryService = plainMemory,
) {
  const model = new PuppetModel(script);
  const datasets = new MemoryDatasets();
  const figures = new Figures(datasets);
  const audit = new FakeAudit();
  const node = () => new ToolRunner(new ToolRegistry(tools), figures, audit as never, new Metrics());
  const config = new LlmConfig(parseEnv({ MAX_OUTPUT_TOKENS: '1000' }));
  /** Another one is another node: it shares the database and the model alone. */
  const backend = () => new LlmBackend(model, memory, node(), figures, config);
  return { backend, model, datasets, figures, audit };
}

export async function allOf(events: AsyncIterable<BackendEvent>): Promise<BackendEvent[]> {
  const all: BackendEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

/** The text that was shown. */
export function textOf(events: readonly BackendEvent[]): string {
  return events.map((event) => (event.type === 'delta' ? event.text : '')).join('');
}

/** What a run keeps when a person is asked, as a database gives it back, and the decision. */
export function decidedAfter(
  events: readonly BackendEvent[],
  state: ApprovalDecision['state'],
  comment: string | null = null,
): Pick<AssignedTurn, 'backendRef' | 'decision'> {
  const reference = events.find((event) => event.type === 'reference');
  const approval = events.at(-1);
  if (reference?.type !== 'reference' || approval?.type !== 'approval') throw new Error('Nobody was asked');
  return {
    backendRef: JSON.parse(JSON.stringify(reference.reference)),
    decision: { ...approval.request, state, comment },
  };
}
