import type { Assistant } from '../../assistants/assistants.contract.js';
import type { AgentDefinition } from '../agent-definition.contract.js';

export interface SelectionRequest {
  readonly assistant: Assistant;
  readonly question: string;
  /** The agent that the user named, already permitted. */
  readonly asked: string | null;
}

export interface AgentChoice {
  readonly agent: AgentDefinition;
  /** From 0 to 1, only where a ranking chose the agent. */
  readonly confidence: number | null;
  readonly how: 'asked' | 'ranked' | 'default';
}

/** Decides which agent takes a question. */
export abstract class AgentSelector {
  abstract select(request: SelectionRequest): AgentChoice;
}
