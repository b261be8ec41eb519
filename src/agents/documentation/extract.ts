import { terms } from '../terms.js';
import type { Block, Passage } from './passages.js';

const MAX_LENGTH = 700;
const MAX_TABLE_ROWS = 6;
const MAX_CODE_LINES = 25;

/** In: how much a term of the question weighs (nothing where it was not asked for). */
export type TermWeight = (term: string) => number;

/**
 * The part of a passage that answers best: whole blocks in their order, a table cut to the rows that were asked for.
 * Out: Markdown of at most about 700 characters, without HTML, images and addresses of links.
 */
export function extractOf(passage: Passage, weight: TermWeight): string {
  const scored = passage.blocks.map((block, index) => ({ block, index, score: scoreOf(block.text, weight) }));
  const best = scored.reduce((a, b) => (b.score > a.score ? b : a));
  const chosen = new Set([best.index]);
  let length = render(best.block, weight).length;
  for (const index of neighbours(best.index, scored.length)) {
    const size = render(scored[index]!.block, weight).length;
    if (length + size > MAX_LENGTH) break;
    chosen.add(index);
    length += size;
  }
  return scored
    .filter(({ index }) => chosen.has(index))
    .map(({ block }) => render(block, weight))
    .join('\n\n');
}

/** What follows explains more often than what precedes; the sentence before a list or table introduces it. */
function neighbours(from: number, count: number): number[] {
  const after = Array.from({ length: count - from - 1 }, (_, step) => from + step + 1);
  return [...(from > 0 ? [from - 1] : []), ...after];
}

function scoreOf(text: string, weight: TermWeight): number {
  return [...new Set(terms(text))].reduce((sum, term) => sum + weight(term), 0);
}

function render(block: Block, weight: TermWeight): string {
  switch (block.kind) {
    case 'code':
      return cutCode(block.text);
    case 'table':
      return harmless(cutTable(block.text, weight));
    case 'text':
      return harmless(cutText(block.text, weight));
  }
}

function cutTable(text: string, weight: TermWeight): string {
  const [header, rule, ...rows] = text.split('\n');
  if (rows.length <= MAX_TABLE_ROWS) return text;
  const ranked = rows
    .map((row, index) => ({ row, index, score: scoreOf(row, weight) }))
    .sort((a, b) => b.score - a.score || a.index - b.index);
  const cut = ranked[0]!.score * 0.5;
  const kept = ranked.slice(0, MAX_TABLE_ROWS).filter(({ score }) => score >= cut);
  return [header, rule, ...kept.sort((a, b) => a.index - b.index).map(({ row }) => row)].join('\n');
}

function cutCode(text: string): string {
  const lines = text.split('\n');
  if (lines.length <= MAX_CODE_LINES) return text;
  const fence = /^\s*(`{3,}|~{3,})/.exec(lines[0]!)?.[1] ?? '```';
  return [...lines.slice(0, MAX_CODE_LINES - 1), '…', fence].join('\n');
}

/** Long text gives its best lines or sentences, in their order. */
function cutText(text: string, weight: TermWeight): string {
  if (text.length <= MAX_LENGTH) return text;
  const items = text.includes('\n') ? text.split('\n') : text.split(/(?<=[.!?])\s+/);
  const ranked = items
    .map((item, index) => ({ item, index, score: scoreOf(item, weight) }))
    .sort((a, b) => b.score - a.score || a.index - b.index);
  const kept: typeof ranked = [];
  let length = 0;
  for (const one of ranked) {
    if (kept.length > 0 && (length + one.item.length > MAX_LENGTH || one.score === 0)) break;
    kept.push(one);
    length += one.item.length;
  }
  const ordered = kept.sort((a, b) => a.index - b.index).map(({ item }) => item.slice(0, MAX_LENGTH));
  return ordered.join(text.includes('\n') ? '\n' : ' ');
}

/** Takes images, addresses of links and HTML out of prose; code spans stay as they are. */
function harmless(markdown: string): string {
  return markdown
    .split(/(`[^`\n]*`)/)
    .map((piece, index) =>
      index % 2 === 1
        ? piece
        : piece
            .replace(/!?\[([^\]\n]*)\]\([^)\n]*\)/g, '$1')
            .replace(/!\[/g, '[')
            .replace(/</g, '\\<'),
    )
    .join('');
}
