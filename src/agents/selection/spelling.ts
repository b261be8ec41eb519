/** Shorter words are too close to too many others. */
const MIN_LENGTH = 4;
const SHORT = 5;
/** From here on two slips are forgiven, below one. */
const LONG = 8;
/** A common beginning of this length makes two words forms of one. */
const PREFIX = 5;
/** How much of each may differ behind it. */
const MAX_ENDING = 3;
const MAX_FOUND = 3;
const SHARE = { oneSlip: 0.8, twoSlips: 0.6, ending: 0.6, compound: 0.6 };

/** A known term, and what is left of its weight where it is no exact match. */
export interface Resemblance {
  readonly term: string;
  readonly share: number;
}

/** Finds the known terms that a word may stand for: slips of the keyboard, other endings, parts of a compound. */
export class Spelling {
  private readonly known: ReadonlySet<string>;
  private readonly byLetter = new Map<string, string[]>();

  constructor(terms: Iterable<string>) {
    this.known = new Set(terms);
    for (const term of this.known) {
      if (term.length < MIN_LENGTH || term.includes(' ')) continue;
      const letter = term.charAt(0);
      const others = this.byLetter.get(letter);
      if (others) others.push(term);
      else this.byLetter.set(letter, [term]);
    }
  }

  /** In: one term of a question. Out: itself where it is known, else the few that it resembles most. */
  resolve(term: string): Resemblance[] {
    if (this.known.has(term)) return [{ term, share: 1 }];
    if (term.length < MIN_LENGTH || /\d/.test(term)) return [];
    const slips = this.slips(term);
    if (slips.length > 0) return slips;
    const endings = this.endings(term);
    return endings.length > 0 ? endings : this.compound(term);
  }

  private slips(term: string): Resemblance[] {
    const allowed = term.length >= LONG ? 2 : 1;
    let nearest = allowed;
    let found: string[] = [];
    for (const letter of new Set([term.charAt(0), term.charAt(1)])) {
      for (const known of this.byLetter.get(letter) ?? []) {
        if (Math.abs(known.length - term.length) > nearest || !plausible(term, known)) continue;
        const slips = distance(term, known);
        if (slips > nearest) continue;
        if (slips < nearest) found = [];
        nearest = slips;
        found.push(known);
      }
    }
    const share = nearest === 1 ? SHARE.oneSlip : SHARE.twoSlips;
    return found.slice(0, MAX_FOUND).map((one) => ({ term: one, share }));
  }

  private endings(term: string): Resemblance[] {
    if (term.length <= PREFIX) return [];
    const beginning = term.slice(0, PREFIX);
    return (this.byLetter.get(term.charAt(0)) ?? [])
      .filter((known) => {
        if (!known.startsWith(beginning)) return false;
        const common = commonPrefix(term, known);
        return known.length - common <= MAX_ENDING && term.length - common <= MAX_ENDING;
      })
      .slice(0, MAX_FOUND)
      .map((known) => ({ term: known, share: SHARE.ending }));
  }

  private compound(term: string): Resemblance[] {
    const found: Resemblance[] = [];
    for (let at = MIN_LENGTH; at <= term.length - MIN_LENGTH; at += 1) {
      for (const part of [term.slice(0, at), term.slice(at)]) {
        if (part.length >= PREFIX && this.known.has(part)) found.push({ term: part, share: SHARE.compound });
      }
    }
    return found.slice(0, MAX_FOUND);
  }
}

/**
 * The shorter a word, the more others are one letter away: the shortest may have swapped letters only, short ones no
 * wrong letter. Longer ones keep their first letter unless it was swapped.
 */
function plausible(asked: string, known: string): boolean {
  const short = asked.length <= SHORT && asked.length === known.length;
  if (asked.length <= MIN_LENGTH || short) return isSwap(asked, known);
  return asked.startsWith(known.charAt(0)) || isSwap(asked, known);
}

const isSwap = (a: string, b: string): boolean => a.length === b.length && sorted(a) === sorted(b);

const sorted = (word: string): string => Array.from(word).sort().join('');

/** Slips between two words: a letter more, fewer, another, or two neighbours swapped (optimal string alignment). */
export function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let least = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, beforeLast[j - 2]! + 1);
      row.push(least);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}

function commonPrefix(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}
