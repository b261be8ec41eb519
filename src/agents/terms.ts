import { words } from '../common/words.js';

const STOP_WORDS = new Set(
  `a an and any are as at be been being but by can could did do does doing for from get give had has have having he
  her here him his how i if in into is it its just let like make may me might mine must my no not of on one or our
  ours please shall she should so some such tell than that the their them then there these they this those to too us
  very want was way we were what when where which who whom whose why will with would yes you your yours
  about am im ive dont doesnt isnt whats hows lets thing things use used using show need know work works`
    .split(/\s+/)
    .filter(Boolean),
);

/** Distinct terms that are looked at in a question; bounds the work whatever is sent. */
const MAX_QUESTION_TERMS = 48;
const MAX_QUESTION_LENGTH = 2000;

/**
 * What a text is indexed and found by: its words without the commonest English ones, reduced to their stems.
 * In: text. Out: terms in order, with repetitions.
 */
export function terms(text: string): string[] {
  return words(text)
    .filter((word) => !STOP_WORDS.has(word))
    .map(stem);
}

/** The words of a text without the commonest English ones and without single Latin letters, as they are written. */
export function plainTerms(text: string): string[] {
  return words(text).filter((word) => !STOP_WORDS.has(word) && !/^[a-z]$/.test(word));
}

/** The distinct terms of a question, the first ones where there are very many. */
export function questionTerms(question: string): string[] {
  return [...new Set(terms(question.slice(0, MAX_QUESTION_LENGTH)))].slice(0, MAX_QUESTION_TERMS);
}

const hasVowel = (word: string): boolean => /[aeiouy]/.test(word);

/** A light English stemmer: plurals, -ing, -ed, a final e, British -ise. Other words pass unchanged. */
export function stem(word: string): string {
  if (word.length < 4 || !/^[a-z]+$/.test(word)) return word;
  let root = word;
  if (root.endsWith('ies') && root.length > 4) root = `${root.slice(0, -3)}y`;
  else if (/(?:ss|sh|ch|x|z)es$/.test(root)) root = root.slice(0, -2);
  else if (root.endsWith('s') && !/(?:ss|us|is)$/.test(root)) root = root.slice(0, -1);
  root = root.replace(/is(e[dr]?|ing|ation)$/, (ending, tail: string) =>
    root.length > 6 ? `iz${tail}` : ending,
  );
  const ending = /(?:ing|ed)$/.exec(root)?.[0];
  if (ending) {
    const rest = root.slice(0, -ending.length);
    if (rest.length >= 3 && hasVowel(rest))
      root = rest.length > 3 ? rest.replace(/([bdfgmnprt])\1$/, '$1') : rest;
  }
  return root.length > 4 && root.endsWith('e') ? root.slice(0, -1) : root;
}
