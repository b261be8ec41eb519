import type { AnswerPart } from '../../common/parts/answer-part.contract.js';
import type { AssignedTurn } from '../backends/agent-backend.js';
import type { ToolNotes } from '../backends/tool-notes.js';

/**
 * What a skill yields: text and parts as they come; `noted` adds to what the answer's metadata say of tools; `next`
 * offers questions in place of those of the agent.
 */
export type SkillEvent =
  | { readonly type: 'status'; readonly text: string }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'part'; readonly part: AnswerPart }
  | { readonly type: 'noted'; readonly notes: Partial<ToolNotes> }
  | { readonly type: 'next'; readonly questions: readonly string[] };

/** One thing that the local engine can do: a file here and a row in `skills.ts`, or a plan in `plans/`. */
export abstract class LocalSkill {
  abstract readonly name: string;
  /** From 0, not for this skill, to 1, certainly for it. The best skill answers. */
  abstract matches(question: string, turn: AssignedTurn): number;
  /** Answers the turn. Figures come from tools, never from anywhere else. */
  abstract run(turn: AssignedTurn, signal: AbortSignal): AsyncIterable<SkillEvent>;
}
