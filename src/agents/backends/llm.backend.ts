import { Injectable } from '@nestjs/common';
import { LanguageModel, type ModelEvent } from '../../llm/llm.contract.js';
import { MemoryService } from '../../memory/memory.service.js';
import type { AgentDefinition } from '../agent-definition.contract.js';
import { CloseCall } from '../selection/close-call.js';
import { AgentBackend, type AssignedTurn, type BackendEvent, type BackendResult } from './agent-backend.js';

/** Lets a language model speak for the chosen agent. Its failures are passed on as they are. */
@Injectable()
export class LlmBackend extends AgentBackend {
  constructor(
    private readonly model: LanguageModel,
    private readonly memory: MemoryService,
  ) {
    super();
  }

  async *run(turn: AssignedTurn, signal: AbortSignal): AsyncGenerator<BackendEvent> {
    const { max_messages: maxMessages, max_tokens: maxTokens } = turn.assistant.contextLimits;
    const { agent, closeTo = [] } = turn.choice;
    const call = closeTo.length > 0 ? new CloseCall([agent, ...closeTo]) : undefined;
    const instructions = call?.instructions ?? agentPrompt(agent);
    const request = await this.memory.contextFor({ ...turn, instructions }, { maxMessages, maxTokens });
    let end: Extract<ModelEvent, { type: 'end' }> | undefined;
    for await (const event of this.model.stream(request, signal)) {
      if (event.type === 'end') end = event;
      else if (event.type === 'delta') yield* shown(call ? call.take(event.text) : event.text);
    }
    signal.throwIfAborted();
    yield* shown(call?.end() ?? '');
    yield { type: 'end', result: { ...toResult(end), agent: call?.settled } };
  }
}

function* shown(text: string): Generator<BackendEvent> {
  if (text) yield { type: 'delta', text };
}

function agentPrompt(agent: AgentDefinition): string {
  const capabilities = agent.capabilities.map((capability) => `- ${capability}`).join('\n');
  return `## Your part in this answer\n\nYou answer as the agent "${agent.title}". ${agent.description}\n${capabilities}`;
}

function toResult(end: Extract<ModelEvent, { type: 'end' }> | undefined): BackendResult {
  const counted = end && (end.inputTokens !== null || end.outputTokens !== null);
  return {
    engine: 'llm',
    model: end?.model ?? null,
    usage: counted
      ? {
          provider: end.provider,
          model: end.model,
          inputTokens: end.inputTokens ?? 0,
          outputTokens: end.outputTokens ?? 0,
        }
      : null,
    sources: [],
    notes: { provider: end?.provider ?? null, finish_reason: end?.finishReason ?? null },
  };
}
