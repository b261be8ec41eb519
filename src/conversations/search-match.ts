/** UTF-16 units that stand before the first mark, and in the whole snippet. */
const LEAD = 60;
const LENGTH = 240;
const WORD = /[\p{L}\p{N}\p{M}\p{Sc}\p{Extended_Pictographic}]+/gu;
/** Writing without spaces: a word may begin anywhere. */
const SPACELESS =
  /[\p{Script=Thai}\p{Script=Lao}\p{Script=Myanmar}\p{Script=Khmer}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}\p{Sc}\p{Extended_Pictographic}]/u;
const MARKS = /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u0655\u0670]|\u0640/g;

export interface Snippet {
  readonly snippet: string;
  /** Start and length of each word found, in UTF-16 units of the snippet. */
  readonly marks: readonly (readonly [number, number])[];
}

/** In: a text and what was searched. Out: the place of the text where most of it stands, as plain text. */
export function snippetOf(text: string, query: string): Snippet {
  const words = wordsOf(query);
  const places = words.length === 0 ? [] : placesOf(text, words);
  const from = startAt(text, places[0]?.[0] ?? 0);
  const to = from + LENGTH - (isLowSurrogate(text, from + LENGTH) ? 1 : 0);
  return {
    snippet: text.slice(from, to),
    marks: places.filter(([at, length]) => at + length <= to).map(([at, length]) => [at - from, length]),
  };
}

function wordsOf(query: string): string[] {
  return [...new Set(fold(query).match(WORD) ?? [])];
}

function fold(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(MARKS, '')
    .replaceAll('ß', 'ss')
    .replaceAll('ς', 'σ')
    .normalize('NFC');
}

/** Where words of `text` begin as one of `words` does; the first on the first line of a snippet. */
function placesOf(text: string, words: readonly string[]): [number, number][] {
  const places: [number, number][] = [];
  let until = Number.POSITIVE_INFINITY;
  for (const { 0: word, index } of text.matchAll(WORD)) {
    if (index > until) break;
    const at = startsIn(word, words);
    if (!at) continue;
    places.push([index + at[0], at[1]]);
    until = Math.min(until, index + LENGTH);
  }
  return places;
}

function startsIn(word: string, words: readonly string[]): [number, number] | undefined {
  const folded = fold(word);
  for (const wanted of words) {
    if (folded.startsWith(wanted)) return [0, lengthOf(word, wanted)];
    const within = SPACELESS.test(wanted) ? word.indexOf(wanted) : -1;
    if (within >= 0) return [within, wanted.length];
  }
  return undefined;
}

/** UTF-16 units of `word` that become `folded`. */
function lengthOf(word: string, folded: string): number {
  let length = 0;
  for (const character of word) {
    if (length > 0 && fold(word.slice(0, length)).length >= folded.length && !MARK.test(character)) break;
    length += character.length;
  }
  return length;
}

const MARK = /^\p{M}/u;

/** A little before the place, at the beginning of a word where one is near. */
function startAt(text: string, place: number): number {
  if (place <= LEAD) return 0;
  const from = place - LEAD;
  const space = text.slice(from, place).search(/\s/);
  const start = space >= 0 ? from + space + 1 : from;
  return isLowSurrogate(text, start) ? start + 1 : start;
}

function isLowSurrogate(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff;
}
