import { Injectable } from '@nestjs/common';
import { LlmConfig } from '../../config/config.js';
import { Figures } from '../../datasets/figures.service.js';
import { LanguageModel } from '../../llm/llm.contract.js';
import { MemoryService } from '../../memory/memory.service.js';
import type { AgentDefinition } from '../agent-definition.contract.js';
import { CloseCall } from '../selection/close-call.js';
import { CallDesk } from '../tool-loop/call-desk.js';
import { type LoopState, newState, toContinuation } from '../tool-loop/loop-state.js';
import { ModelLoop } from '../tool-loop/model-loop.js';
import { TOOL_INSTRUCTIONS, toModelTools } from '../tool-loop/model-tools.js';
import type { Tool } from '../tools/tool.contract.js';
import { asksFirst } from '../tools/tool-policy.js';
import { ToolRunner } from '../tools/tool-runner.service.js';
import { AgentBackend, type AssignedTurn, type BackendEvent, type BackendResult } from './agent-backend.js';
import { toolMetadata } from './tool-notes.js';

/** Lets a language model speak for the chosen agent, with the tools that agent and role allow. Its failures are passed on as they are. */
@Injectable()
export class LlmBackend extends AgentBackend {
  constructor(
    private readonly model: LanguageModel,
    private readonly memory: MemoryService,
    private readonly runner: ToolRunner,
    private readonly figures: Figures,
    private readonly config: LlmConfig,
  ) {
    super();
  }

  /** Whether an earlier attempt at the turn was a model's, and waits to be gone on with. */
  hasBegun({ backendRef }: AssignedTurn): boolean {
    return toContinuation(backendRef) !== undefined;
  }

  async *run(turn: AssignedTurn, signal: AbortSignal): AsyncGenerator<BackendEvent> {
    const agents = [turn.choice.agent, ...(turn.choice.closeTo ?? [])];
    const tools = this.toolsFor(agents, turn);
    const before = toContinuation(turn.backendRef);
    const state = before?.state ?? (await this.begin(turn, agents, tools));
    this.runner.remember(turn.runId, [...state.ran, ...state.failed]);
    const desk = new CallDesk(this.runner, this.figures, turn, state, tools);
    const { maxOutputTokens: maxWritten } = this.config;
    const { model, memory } = this;
    const loop = new ModelLoop({ model, memory, desk, state, tools, agents, maxWritten });
    const ended = before ? yield* loop.goOn(before, turn, signal) : yield* loop.answer(signal);
    if (ended === 'answered') yield { type: 'end', result: toResult(state, loop, agents) };
  }

  /** None that changes something where nothing keeps it from being done twice. */
  private toolsFor(agents: readonly AgentDefinition[], turn: AssignedTurn): Tool[] {
    const tools = this.runner.offeredTo(turn, agents);
    return turn.steps ? tools : tools.filter(({ manifest }) => !asksFirst(manifest));
  }

  private async begin(
    turn: AssignedTurn,
    agents: readonly AgentDefinition[],
    tools: readonly Tool[],
  ): Promise<LoopState> {
    const { max_messages: maxMessages, max_tokens: maxTokens } = turn.assistant.contextLimits;
    const part = agents.length > 1 ? new CloseCall(agents).instructions : agentPrompt(turn.choice.agent);
    const instructions = tools.length > 0 ? `${part}\n\n${TOOL_INSTRUCTIONS}` : part;
    const asked = { ...turn, instructions, tools: toModelTools(tools, false) };
    const { trace, ...request } = await this.memory.contextFor(asked, { maxMessages, maxTokens });
    const state = newState(
      request.system,
      request.messages.map((message) => structuredClone(message) as LoopState['messages'][number]),
    );
    return { ...state, missing: this.runner.missingFor(turn, agents), context: { ...trace } };
  }
}

function agentPrompt(agent: AgentDefinition): string {
  const capabilities = agent.capabilities.map((capability) => `- ${capability}`).join('\n');
  return `## Your part in this answer\n\nYou answer as the agent "${agent.title}". ${agent.description}\n${capabilities}`;
}

function toResult(state: LoopState, { end }: ModelLoop, agents: readonly AgentDefinition[]): BackendResult {
  return {
    agent: agents.find(({ name }) => name === state.settled),
    engine: 'llm',
    model: end?.model ?? null,
    usage: state.usage,
    sources: state.cited.flatMap((place) => state.extracts[place]?.locator ?? []),
    notes: {
      provider: end?.provider ?? null,
      finish_reason: end?.finishReason ?? null,
      ...(state.context ? { context: state.context } : {}),
      ...toolMetadata(state),
      ...(end?.withoutTools ? { without_tools: true } : {}),
    },
  };
}
