import { lexer, type Token } from 'marked';

/** Characters of an answer that are read as Markdown; a longer one is shown as it was written. */
const MAX_LENGTH = 30_000;
/** Unbroken runs and towers of list or quote marks on which the reader would take seconds or run out of stack. */
const UNREADABLE = /\S{2000}|^[->*+ \t]{80}/m;

/** In: an answer. Out: its blocks; undefined where it is to be shown as it was written. */
export function readMarkdown(text: string): Token[] | undefined {
  if (text.length > MAX_LENGTH || UNREADABLE.test(text)) return undefined;
  try {
    return lexer(text, { gfm: true }).filter((token) => token.type !== 'space' && token.type !== 'def');
  } catch {
    return undefined;
  }
}
