/** Characters of a title at most. */
const LENGTH = 80;
const SAID_LENGTH = 60;
const MARKS = /^[\s"'“”„«»‘’「」『』*_#]+|[\s"'“”„«»‘’「」『』*_#.。]+$/gu;
const FENCE = /^\s*(```|~~~)/;

/** In: a first question, perhaps with Markdown. Out: its first line of text, cut at a word, to be the title. */
export function titleOf(content: string, length = LENGTH): string {
  const lines = content.split('\n').map(plain);
  const line = lines.find((text) => text !== '') ?? content.trim().replace(/\s+/g, ' ');
  const characters = Array.from(line);
  if (characters.length <= length) return line;
  const cut = characters.slice(0, length - 1).join('');
  const atWord = characters[length - 1] === ' ' ? cut : cut.replace(/\s+\S{1,30}$/u, '');
  return `${atWord.trimEnd()}…`;
}

/** In: what a model says. Out: a title of one line; empty where there is no letter or digit in it. */
export function titleSaid(text: string): string {
  const line = text.split('\n').find((one) => one.trim() !== '') ?? '';
  const title = titleOf(
    line
      .replaceAll(MARKS, '')
      .replace(/^title\s*:/i, '')
      .replaceAll(MARKS, ''),
    SAID_LENGTH,
  );
  return /[\p{L}\p{N}]/u.test(title) ? title : '';
}

function plain(line: string): string {
  if (FENCE.test(line)) return '';
  return line
    .replace(/^\s*(#{1,6}\s+|>\s?|[-*+]\s+|\d{1,3}[.)]\s+)+/, '')
    .replace(/!?\[([^\]]{0,200})\]\([^)\s]{0,500}\)/g, '$1')
    .replace(/(\*\*|__|`+|~~)(?=\S)([^*_`~]{1,200})\1/g, '$2')
    .replace(/\s+/g, ' ')
    .trim();
}
