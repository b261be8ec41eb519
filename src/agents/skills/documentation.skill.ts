import { Injectable } from '@nestjs/common';
import type { AgentDefinition } from '../agent-definition.contract.js';
import type { AssignedTurn } from '../backends/agent-backend.js';
import { DocumentationService, type DocumentationHit } from '../documentation/documentation.service.js';
import { localAbilities, modelHint } from '../local-words.js';
import { LocalSkill, type SkillEvent } from './skill.js';

const MAX_HITS = 3;
const ANSWERS_FROM_DOCUMENTS: ReadonlySet<string> = new Set(['support_assistant', 'information_retriever']);
const OTHER_SCRIPT = /(?!\p{Script=Latin})\p{L}/gu;

/** Finds passages in the documents that ship with the service and quotes them. Takes what no other skill takes. */
@Injectable()
export class DocumentationSkill extends LocalSkill {
  readonly name = 'documentation';

  constructor(private readonly documentation: DocumentationService) {
    super();
  }

  matches(): number {
    return 0.1;
  }

  async *run(turn: AssignedTurn): AsyncGenerator<SkillEvent> {
    const hits = this.documentation.find(turn.question.content, MAX_HITS);
    if (hits.length === 0) {
      yield { type: 'text', text: nothingFound(turn) };
      yield { type: 'next', questions: turn.assistant.suggestedQuestions };
      return;
    }
    yield { type: 'text', text: lead(turn, hits.length) };
    for (const [index, hit] of hits.entries()) {
      yield { type: 'text', text: `${index === 0 ? '' : '\n\n'}${quoted(hit)}` };
      yield {
        type: 'part',
        part: { type: 'citation', title: hit.title, locator: hit.locator, quote: hit.quote },
      };
    }
  }
}

function lead(turn: AssignedTurn, count: number): string {
  const found = count === 1 ? 'This passage of the documentation' : 'These passages of the documentation';
  const expert = expertOf(turn);
  const caveat = expert
    ? `Normally the ${expert.title} takes such a question, but no language model is connected, so I can only quote. `
    : '';
  return `${caveat}${found} ${count === 1 ? 'fits' : 'fit'} your question:\n\n`;
}

function quoted(hit: DocumentationHit): string {
  const lines = hit.quote.split('\n').map((line) => (line ? `> ${line}` : '>'));
  return [`**${hit.title}** (\`${hit.locator}\`)`, '', ...lines].join('\n');
}

function nothingFound(turn: AssignedTurn): string {
  const expert = expertOf(turn);
  const { role } = turn.principal;
  const abilities = localAbilities(role).map((ability) => `- ${ability}`);
  return [
    'I found nothing in the documentation of this service that fits your question.',
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
