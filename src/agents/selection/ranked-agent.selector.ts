import { Injectable } from '@nestjs/common';
import MiniSearch, { type SearchResult } from 'minisearch';
import type { Role } from '../../auth/principal.js';
import { ChatConfig } from '../../config/config.js';
import { type AgentDefinition, weightFor } from '../agent-definition.contract.js';
import { AgentRegistry } from '../agent-registry.service.js';
import { questionTerms, terms } from '../terms.js';
import { type AgentChoice, AgentSelector, type SelectionRequest } from './agent-selector.js';

const FIELDS = ['title', 'keywords', 'examples', 'description'];
const BOOST = { title: 3, keywords: 3, examples: 1.5, description: 1 };
/** The BM25 score at which the evidence counts for 63 %. */
const SCORE_SCALE = 5;
/** A runner-up with the same score takes this share of the confidence. */
const RIVAL_SHARE = 0.6;
/** What the confidence is worth when hardly any word of the question was recognised. */
const COVERAGE_FLOOR = 0.55;

interface Ranked {
  readonly agent: AgentDefinition;
  readonly score: number;
  /** Share of the question's terms that the agent's texts know. */
  readonly coverage: number;
}

/** Ranks the question against titles, keywords, examples and descriptions of the agents by BM25. */
@Injectable()
export class RankedAgentSelector extends AgentSelector {
  private readonly index: MiniSearch;
  private readonly known: ReadonlySet<string>;

  constructor(
    private readonly registry: AgentRegistry,
    private readonly config: ChatConfig,
  ) {
    super();
    this.index = new MiniSearch({
      idField: 'name',
      fields: FIELDS,
      tokenize: terms,
      processTerm: (term) => term,
      searchOptions: {
        boost: BOOST,
        prefix: (term) => term.length >= 5,
        fuzzy: (term) => (term.length >= 6 && !this.known.has(term) ? 1 : false),
      },
    });
    const documents = registry.all.map(toDocument);
    this.known = new Set(documents.flatMap((document) => terms(Object.values(document).join(' '))));
    this.index.addAll(documents);
  }

  select({ assistant, question, asked }: SelectionRequest): AgentChoice {
    if (asked !== null) return { agent: this.registry.get(asked), confidence: null, how: 'asked' };
    const [best, rival] = this.rank(assistant.role, questionTerms(question));
    if (best) {
      const confidence = confidenceOf(best, rival);
      if (confidence >= (best.agent.threshold ?? this.config.confidenceThreshold)) {
        return { agent: best.agent, confidence, how: 'ranked' };
      }
    }
    return { agent: this.registry.get(assistant.defaultAgent), confidence: null, how: 'default' };
  }

  private rank(role: Role, asked: readonly string[]): Ranked[] {
    if (asked.length === 0) return [];
    return this.index
      .search(asked.join(' '), { tokenize: (text) => text.split(' ') })
      .map((result: SearchResult) => {
        const agent = this.registry.get(String(result.id));
        const weight = weightFor(agent, role) ?? 0;
        return { agent, score: result.score * weight, coverage: result.queryTerms.length / asked.length };
      })
      .filter((ranked) => ranked.score > 0)
      .sort((a, b) => b.score - a.score);
  }
}

/** Grows with the evidence and with the recognised share of the question, shrinks with a close rival. */
function confidenceOf(best: Ranked, rival: Ranked | undefined): number {
  const evidence = 1 - Math.exp(-best.score / SCORE_SCALE);
  const clearness = 1 - RIVAL_SHARE * ((rival?.score ?? 0) / best.score) ** 2;
  const covered = COVERAGE_FLOOR + (1 - COVERAGE_FLOOR) * Math.sqrt(best.coverage);
  return Math.round(evidence * clearness * covered * 1000) / 1000;
}

function toDocument(agent: AgentDefinition): Record<string, string> {
  return {
    name: agent.name,
    title: `${agent.name} ${agent.title}`,
    keywords: agent.keywords.join(' ; '),
    examples: agent.examples.join(' '),
    description: `${agent.description} ${agent.capabilities.join(' ')}`,
  };
}
