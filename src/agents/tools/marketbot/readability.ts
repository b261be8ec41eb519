/** What a text counts. Syllables are those of English spelling, estimated. */
export interface TextCounts {
  readonly characters: number;
  readonly words: number;
  readonly sentences: number;
  readonly syllables: number;
}

const CHARACTERS = new Intl.Segmenter('en', { granularity: 'grapheme' });
const WORDS = new Intl.Segmenter('en', { granularity: 'word' });
const SENTENCES = new Intl.Segmenter('en', { granularity: 'sentence' });
const HAS_WORD = /[\p{L}\p{N}]/u;

/** The words of a text as they stand in it. */
export function wordsIn(text: string): string[] {
  return [...WORDS.segment(text)].filter(({ isWordLike }) => isWordLike).map(({ segment }) => segment);
}

/** Counts a text; a line break ends a sentence too, as in headings and lists. */
export function countsOf(text: string): TextCounts {
  const words = wordsIn(text);
  const sentences = text
    .split(/\n+/)
    .flatMap((line) => [...SENTENCES.segment(line)])
    .filter(({ segment }) => HAS_WORD.test(segment)).length;
  const syllables = words.reduce((sum, word) => sum + syllablesOf(word), 0);
  return { characters: [...CHARACTERS.segment(text)].length, words: words.length, sentences, syllables };
}

/** Groups of vowels, without a silent e at the end; one at least. */
export function syllablesOf(word: string): number {
  const plain = word.toLowerCase().replace(/[^a-z]/g, '');
  const groups = plain.replace(/(?:[^laeiouy]es|[^dtaeiouy]ed|[^laeiouy]e)$/, '').match(/[aeiouy]+/g);
  return Math.max(1, groups?.length ?? 0);
}

/**
 * Flesch reading ease (Rudolf Flesch, "A new readability yardstick", Journal of Applied Psychology 32, 1948, 221-233):
 * 206.835 - 1.015 words per sentence - 84.6 syllables per word. From about 0 (very hard) to 100 (very easy), for English.
 */
export function readingEase({ words, sentences, syllables }: TextCounts): number | null {
  if (words === 0 || sentences === 0) return null;
  return 206.835 - 1.015 * (words / sentences) - 84.6 * (syllables / words);
}
