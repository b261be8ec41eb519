import type { Assistant } from '../../assistants/assistants.contract.js';
import type { AnswerPart } from '../../common/parts/answer-part.contract.js';
import type { Engine } from '../../conversations/message.contract.js';
import type { AgentDefinition } from '../agent-definition.contract.js';
import type { AnswerUsage, ApprovalRequest, Turn } from '../agents.contract.js';
import type { AgentChoice } from '../selection/agent-selector.js';

/** A turn whose agent has been chosen. */
export interface AssignedTurn extends Turn {
  readonly assistant: Assistant;
  readonly choice: AgentChoice;
}

/** How an answer was made; its text and parts are those that were yielded before. */
export interface BackendResult {
  /** The agent that answered, where the backend settled a close call. */
  readonly agent?: AgentDefinition | undefined;
  readonly engine: Engine;
  readonly model: string | null;
  readonly usage: AnswerUsage | null;
  readonly sources: readonly string[];
  /** Those of the agent where absent. */
  readonly suggestedActions?: readonly string[];
  readonly notes?: Readonly<Record<string, unknown>>;
}

export type BackendEvent =
  | { readonly type: 'status'; readonly text: string }
  | { readonly type: 'reference'; readonly reference: unknown }
  | { readonly type: 'delta'; readonly text: string }
  | { readonly type: 'part'; readonly part: AnswerPart }
  | { readonly type: 'approval'; readonly request: ApprovalRequest }
  | { readonly type: 'end'; readonly result: BackendResult };

/**
 * What can serve an agent. Yields `end` once, as the last event, or `approval` in its place: it is then run again with
 * the decision. Throws an AppError, or the reason of `signal`.
 */
export abstract class AgentBackend {
  abstract run(turn: AssignedTurn, signal: AbortSignal): AsyncIterable<BackendEvent>;
}
