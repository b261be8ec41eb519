import { Injectable } from '@nestjs/common';
import type { AgentDefinition } from '../agent-definition.contract.js';
import type { AssignedTurn } from '../backends/agent-backend.js';
import { KnowledgeService } from '../documentation/knowledge.service.js';
import { localAbilities, modelHint } from '../local-words.js';
import { ToolRunner } from '../tools/tool-runner.service.js';
import { quoted } from './quoted.js';
import { LocalSkill, type SkillEvent } from './skill.js';

const TOOL = 'search_documents';
const MAX_HITS = 3;
const MAX_QUESTION = 2_000;
/** Covered so far, the documents answer better than whatever an agent shows when it has nothing special to say. */
const COVERS = 0.9;
const ANSWERS_FROM_DOCUMENTS: ReadonlySet<string> = new Set(['support_assistant', 'information_retriever']);
const OTHER_SCRIPT = /(?!\p{Script=Latin})\p{L}/gu;

/** Finds passages in the documents and quotes them. Takes what no other skill takes. */
@Injectable()
export class DocumentationSkill extends LocalSkill {
  readonly name = 'documentation';

  constructor(
    private readonly tools: ToolRunner,
    private readonly knowledge: KnowledgeService,
  ) {
    super();
  }

  matches(question: string): number {
    const [best] = this.knowledge.find(question, 1);
    return best && best.coverage >= COVERS ? 0.45 : 0.1;
  }

  async *run(turn: AssignedTurn, signal: AbortSignal): AsyncGenerator<SkillEvent> {
    const question = turn.question.content.slice(0, MAX_QUESTION).trim();
    const found = question
      ? await this.tools.run(TOOL, { question, limit: MAX_HITS }, turn, signal)
      : undefined;
    if (found) yield { type: 'noted', notes: { ran: [TOOL], missing: found.missing } };
    const extracts = found?.extracts ?? [];
    if (extracts.length === 0 || expertOf(turn))
      yield { type: 'noted', notes: { missing: [modelHint(turn.principal.role)] } };
    if (extracts.length === 0) {
      yield { type: 'text', text: nothingFound(turn) };
      yield { type: 'next', questions: turn.assistant.suggestedQuestions };
      return;
    }
    yield { type: 'text', text: lead(turn, extracts.length) };
    for (const extract of extracts) yield* quoted(extract);
  }
}

function lead(turn: AssignedTurn, count: number): string {
  const found = count === 1 ? 'This passage of the documentation' : 'These passages of the documentation';
  const expert = expertOf(turn);
  const caveat = expert
    ? `Normally the ${expert.title} takes such a question, but no language model is connected, so I can only quote. `
    : '';
  return `${caveat}${found} ${count === 1 ? 'fits' : 'fit'} your question:`;
}

function nothingFound(turn: AssignedTurn): string {
  const expert = expertOf(turn);
  const { role } = turn.principal;
  const abilities = localAbilities(role).map((ability) => `- ${ability}`);
  return [
    'I found nothing in the documentation that fits your question.',
    ...(isOtherScript(turn.question.content)
      ? [' The documentation is in English; English words may find more.']
      : []),
    ...(expert ? [` Normally the ${expert.title} takes such a question.`] : []),
    ` ${modelHint(role)}`,
    `\n\nWhat I can do without one:\n\n${abilities.join('\n')}`,
  ].join('');
}

/** The agent that the question was clearly for, unless its work is to look things up. */
function expertOf({ choice }: AssignedTurn): AgentDefinition | undefined {
  return choice.how === 'default' || ANSWERS_FROM_DOCUMENTS.has(choice.agent.name) ? undefined : choice.agent;
}

function isOtherScript(question: string): boolean {
  const letters = question.slice(0, 500).match(/\p{L}/gu)?.length ?? 0;
  const others = question.slice(0, 500).match(OTHER_SCRIPT)?.length ?? 0;
  return others * 2 > letters;
}
