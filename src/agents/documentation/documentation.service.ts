import MiniSearch, { type SearchResult } from 'minisearch';
import { questionTerms, terms } from '../terms.js';
import { extractOf } from './extract.js';
import { type Passage, plainText, splitPassages } from './passages.js';

export interface DocumentFile {
  /** In the package, with forward slashes. */
  readonly path: string;
  readonly markdown: string;
}

export interface DocumentationHit {
  readonly title: string;
  readonly locator: string;
  /** Markdown without HTML, images and addresses of links. */
  readonly quote: string;
  /** Share of what was asked that the passage covers, from 0 to 1; rare words count for more. */
  readonly coverage: number;
}

/** Coverage from which a passage counts as an answer. */
const FITS_FROM = 0.55;
/** Passages that score less than this share of the best one are left out. */
const CLOSE_TO_BEST = 0.5;
/** Words found in fewer passages than this, or in none, weigh as if they were found in so many. */
const RARE = 3;
const MATCH_WORTH = { exact: 1, prefix: 0.8, fuzzy: 0.6 } as const;
const OTHER_SCRIPT = /^(?!\p{Script=Latin})\p{L}/u;
/** Of code, only what somebody would ask for by name is searched: variables and addresses. */
const NAMES_IN_CODE = /[A-Z][A-Z0-9]*_[A-Z0-9_]+|\/[a-z][\w/{}.-]+/g;

/** Full-text search (BM25) over the documents that ship with the service. */
export class DocumentationService {
  private readonly passages: readonly Passage[];
  private readonly index: MiniSearch;
  private readonly frequency = new Map<string, number>();

  constructor(files: readonly DocumentFile[]) {
    this.passages = files.flatMap((file) => splitPassages(file.path, file.markdown));
    this.index = new MiniSearch({
      fields: ['heading', 'text'],
      tokenize: terms,
      processTerm: (term) => term,
      searchOptions: {
        boost: { heading: 3 },
        prefix: (term) => term.length >= 4,
        fuzzy: (term) => (term.length >= 6 && !this.frequency.has(term) ? 1 : false),
      },
    });
    const documents = this.passages.map((passage, id) => ({ id, ...searchable(passage) }));
    for (const { heading, text } of documents) this.count(`${heading} ${text}`);
    this.index.addAll(documents);
  }

  /** How many passages can be found. */
  get size(): number {
    return this.passages.length;
  }

  /** The passages that answer a question, the best first; none where nothing covers enough of it. */
  find(question: string, limit: number): DocumentationHit[] {
    const asked = questionTerms(question);
    if (asked.length === 0) return [];
    const weights = new Map(asked.map((term) => [term, this.weightOf(term)]));
    const fitting = this.index
      .search(asked.join(' '), { tokenize: (text) => text.split(' ') })
      .map((result) => ({ result, coverage: coverageOf(result, weights) }))
      .filter(({ coverage }) => coverage >= FITS_FROM);
    const bestScore = Math.max(...fitting.map(({ result }) => result.score));
    return fitting
      .filter(({ result }) => result.score >= bestScore * CLOSE_TO_BEST)
      .slice(0, limit)
      .map(({ result, coverage }) => this.toHit(result, coverage, weights));
  }

  private toHit(
    result: SearchResult,
    coverage: number,
    weights: ReadonlyMap<string, number>,
  ): DocumentationHit {
    const passage = this.passages[result.id as number]!;
    const matched = new Set(result.terms);
    const quote = extractOf(passage, (term) => weights.get(term) ?? (matched.has(term) ? RARE / 2 : 0));
    const title = [passage.document, ...passage.headings.slice(-2)].join(' › ');
    return { title, locator: passage.locator, quote, coverage };
  }

  private count(text: string): void {
    for (const term of new Set(terms(text))) this.frequency.set(term, (this.frequency.get(term) ?? 0) + 1);
  }

  /**
   * Inverse document frequency as BM25 has it (Robertson and Zaragoza 2009), bounded for rare words.
   * Unknown words of another script weigh nothing: a name asked for in Japanese is still that name.
   */
  private weightOf(term: string): number {
    const known = this.frequency.get(term) ?? 0;
    if (known === 0 && OTHER_SCRIPT.test(term)) return 0;
    const found = Math.min(this.passages.length, Math.max(RARE, known));
    return Math.log(1 + (this.passages.length - found + 0.5) / (found + 0.5));
  }
}

function coverageOf(result: SearchResult, weights: ReadonlyMap<string, number>): number {
  let all = 0;
  let covered = 0;
  for (const [term, weight] of weights) {
    all += weight;
    if (result.queryTerms.includes(term)) covered += weight * worth(term, result.terms);
  }
  return all > 0 ? covered / all : 0;
}

function worth(asked: string, found: readonly string[]): number {
  if (found.includes(asked)) return MATCH_WORTH.exact;
  if (found.some((term) => term.startsWith(asked))) return MATCH_WORTH.prefix;
  return found.some((term) => term[0] === asked[0]) ? MATCH_WORTH.fuzzy : 0;
}

function searchable(passage: Passage): { heading: string; text: string } {
  const text = passage.blocks.map((block) =>
    block.kind === 'code' ? (block.text.match(NAMES_IN_CODE) ?? []).join(' ') : plainText(block.text),
  );
  return { heading: [passage.document, ...passage.headings].join(' ; '), text: text.join('\n') };
}
