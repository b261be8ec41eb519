import type { Assistant } from '../../assistants/assistants.contract.js';
import type { AgentDefinition } from '../agent-definition.contract.js';

export interface SelectionRequest {
  readonly assistant: Assistant;
  readonly question: string;
  /** The questions before it in the conversation, the newest first. */
  readonly recent?: readonly string[] | undefined;
  /** The agent that the user named, already permitted. */
  readonly asked: string | null;
}

export interface AgentChoice {
  readonly agent: AgentDefinition;
  /** From 0 to 1, only where a ranking chose the agent. */
  readonly confidence: number | null;
  readonly how: 'asked' | 'ranked' | 'default';
  /** Other agents of the role that the question may as well be for, where it is a close call. */
  readonly closeTo?: readonly AgentDefinition[] | undefined;
}

/** Decides which agent takes a question. */
export abstract class AgentSelector {
  abstract select(request: SelectionRequest): AgentChoice;
}
