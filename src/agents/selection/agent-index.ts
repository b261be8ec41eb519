import type { Role } from '../../auth/principal.js';
import { type AgentDefinition, weightFor } from '../agent-definition.contract.js';
import { neighbours, selectionTerms } from './selection-terms.js';
import { Spelling } from './spelling.js';

/** What a term counts by the field that it stands in. A phrase counts more than its words, which are then half hints. */
const FIELD = {
  keyword: 3,
  phrase: 4,
  phraseWord: 1.5,
  title: 2,
  description: 1.5,
  example: 1,
  sentencePair: 2,
};
/** What the newest of the earlier questions counts, then the one before it. */
const RECENT_SHARES = [0.8, 0.4];
/** The score of a question that says about enough by itself: one keyword that only one agent has. */
const CLEAR_SCORE = 3;
const NUMBER = /^\p{N}+$/u;
/** Bounds the work whatever is sent. */
const MAX_TERMS = 48;
const MAX_LENGTH = 2000;

export interface Ranked {
  readonly agent: AgentDefinition;
  /** Evidence in the question, times how well the agent fits the role. */
  readonly score: number;
}

export interface Ranking {
  /** The agents with any evidence, the best first. */
  readonly ranked: readonly Ranked[];
  /** Share of the words, numbers aside, that any agent of the role knows. */
  readonly known: number;
}

interface Evidence {
  /** One an agent. */
  readonly scores: Float64Array;
  readonly known: number;
}

type Weights = ReadonlyMap<string, number>;

/**
 * The agents of one role, ready to be compared with questions: each term weighs by its field and, as in BM25,
 * by how few of these agents know it. Every agent counts a term once, so long lists of keywords gain nothing.
 */
export class AgentIndex {
  private readonly agents: readonly AgentDefinition[];
  private readonly roleWeights: readonly number[];
  private readonly weights = new Map<string, Float64Array>();
  private readonly spelling: Spelling;

  constructor(agents: readonly AgentDefinition[], role: Role) {
    this.agents = agents;
    this.roleWeights = agents.map((agent) => weightFor(agent, role) ?? 0);
    agents.forEach((agent, index) => {
      for (const [term, weight] of termsOf(agent)) {
        const row = this.weights.get(term) ?? new Float64Array(agents.length);
        row[index] = weight;
        this.weights.set(term, row);
      }
    });
    for (const row of this.weights.values()) weighByRarity(row);
    this.spelling = new Spelling(this.weights.keys());
  }

  /**
   * Compares a question with every agent. Earlier questions count the less, the more the question says by itself.
   * In: `recent`, the questions before it, the newest first.
   */
  rank(question: string, recent: readonly string[] = []): Ranking {
    const { scores, known } = this.evidenceOf(question);
    const own = Math.max(0, ...scores);
    let recognised = known * own;
    let total = own;
    recent.slice(0, RECENT_SHARES.length).forEach((earlier, age) => {
      const past = this.evidenceOf(earlier);
      const share = RECENT_SHARES[age]! / (1 + own / CLEAR_SCORE);
      const strongest = share * Math.max(0, ...past.scores);
      past.scores.forEach((score, index) => (scores[index]! += score * share));
      recognised += past.known * strongest;
      total += strongest;
    });
    const ranked = this.agents
      .map((agent, index) => ({ agent, score: scores[index]! * this.roleWeights[index]! }))
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score);
    return { ranked, known: total === 0 ? 0 : recognised / total };
  }

  private evidenceOf(text: string): Evidence {
    const terms = selectionTerms(text.slice(0, MAX_LENGTH)).filter((term) => !NUMBER.test(term));
    const scores = new Float64Array(this.agents.length);
    const counted = new Set<string>();
    const meant: string[] = [];
    let recognised = 0;
    for (const term of terms.slice(0, MAX_TERMS)) {
      const resembling = this.spelling.resolve(term);
      meant.push(resembling[0]?.term ?? term);
      if (resembling.length > 0) recognised += 1;
      for (const { term: known, share } of resembling)
        this.add(scores, counted, known, share / resembling.length);
    }
    for (const pair of neighbours(meant)) this.add(scores, counted, pair, 1);
    return { scores, known: meant.length === 0 ? 0 : recognised / meant.length };
  }

  private add(scores: Float64Array, counted: Set<string>, term: string, share: number): void {
    const row = this.weights.get(term);
    if (!row || counted.has(term)) return;
    counted.add(term);
    for (let index = 0; index < row.length; index += 1) scores[index]! += row[index]! * share;
  }
}

/** Inverse frequency over the agents, a weak mention counting as a part of one; 1 where only one agent has the term. */
function weighByRarity(row: Float64Array): void {
  const strongest = Math.max(...row);
  const mentions = row.reduce((sum, weight) => sum + weight / strongest, 0);
  const rarity = inverseFrequency(mentions, row.length) / inverseFrequency(1, row.length);
  for (let index = 0; index < row.length; index += 1) row[index]! *= rarity;
}

const inverseFrequency = (mentions: number, agents: number): number =>
  Math.log(1 + (agents - mentions + 0.5) / (mentions + 0.5));

/** The terms of an agent, each with the weight of the best field that it stands in. */
function termsOf(agent: AgentDefinition): Weights {
  const weights = new Map<string, number>();
  const note = (terms: readonly string[], weight: number): void => {
    for (const term of terms) weights.set(term, Math.max(weight, weights.get(term) ?? 0));
  };
  for (const keyword of [...agent.keywords, ...Object.values(agent.keywords_in ?? {}).flat()]) {
    const terms = selectionTerms(keyword);
    note(terms, /\s/.test(keyword) || terms.length > 1 ? FIELD.phraseWord : FIELD.keyword);
    note(neighbours(terms), FIELD.phrase);
  }
  note(selectionTerms(agent.title), FIELD.title);
  const sentences: (readonly [string, number])[] = [
    ...[agent.description, ...agent.capabilities].map((text) => [text, FIELD.description] as const),
    ...agent.examples.map((text) => [text, FIELD.example] as const),
  ];
  for (const [text, weight] of sentences) {
    const terms = selectionTerms(text);
    note(terms, weight);
    note(neighbours(terms), FIELD.sentencePair);
  }
  return weights;
}
