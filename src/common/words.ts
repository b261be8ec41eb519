/** Scripts that put no spaces between words; everything else is split by character classes, which is faster. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const SEGMENTER = new Intl.Segmenter('und', { granularity: 'word' });
const WORD = /[\p{L}\p{N}\p{M}_]+/gu;
const LATIN_MARKS = /(?<=\p{Script=Latin})[\u0300-\u036f]+/gu;

/** The words of a text in any script, in lower case; an identifier gives itself and its pieces. */
export function words(text: string): string[] {
  const plain = text
    .normalize('NFKD')
    .replace(LATIN_MARKS, '')
    .normalize('NFC')
    .toLowerCase()
    .replace(/(?<=\p{L})['’](?=\p{L})/gu, '');
  const found = UNSPACED.test(plain)
    ? [...SEGMENTER.segment(plain)].filter((one) => one.isWordLike).map((one) => one.segment)
    : (plain.match(WORD) ?? []);
  return found.flatMap((word) => (word.includes('_') ? pieces(word) : [word]));
}

function pieces(identifier: string): string[] {
  const parts = identifier.split('_').filter(Boolean);
  return parts.length > 1 ? [parts.join('_'), ...parts] : parts;
}
