import type { AnswerPart } from '../../common/parts/answer-part.contract.js';
import type { AssignedTurn } from '../backends/agent-backend.js';

/** What a skill yields: text and parts as they come; `next` offers questions in place of those of the agent. */
export type SkillEvent =
  | { readonly type: 'status'; readonly text: string }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'part'; readonly part: AnswerPart }
  | { readonly type: 'next'; readonly questions: readonly string[] };

/** One thing that the local engine can do. A skill is one file here and one row in `skills.ts`. */
export abstract class LocalSkill {
  abstract readonly name: string;
  /** From 0, not for this skill, to 1, certainly for it. The best skill answers. */
  abstract matches(question: string): number;
  /** Answers the turn. Figures come from the database or the documents, never from anywhere else. */
  abstract run(turn: AssignedTurn, signal: AbortSignal): AsyncIterable<SkillEvent>;
}
