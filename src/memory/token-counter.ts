import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { BoundedMap } from '../redis/bounded-map.js';

/** Characters that are encoded at once: the merging of an unbroken run of letters costs the square of its length. */
const PIECE = 256;
/** Counts that are remembered, by hash; no text is. */
const REMEMBERED = 5000;
/** Texts shorter than this are counted as fast as they are hashed. */
const WORTH_REMEMBERING = 400;

type Count = (text: string) => number;

/**
 * Counts tokens of text by OpenAI's o200k_base encoding, which other models' counts come near enough for a limit.
 * The encoding takes a tenth of a second and 50 MB to load, so it is loaded when a text first needs it.
 */
@Injectable()
export class TokenCounter {
  private readonly known = new BoundedMap<string, number>(REMEMBERED);
  private loading: Promise<Count> | undefined;

  /** Loads the encoding ahead of its first use. */
  async load(): Promise<void> {
    await this.encoding();
  }

  /**
   * In: a text, and the count above which the exact one does not matter.
   * Out: its tokens, or some number above `enough`. Cutting the text to pieces may count a token or two too many.
   */
  async count(text: string, enough: number): Promise<number> {
    if (text.length === 0) return 0;
    const key = text.length < WORTH_REMEMBERING ? undefined : hash('sha256', text, 'base64');
    const known = key === undefined ? undefined : this.known.get(key);
    if (known !== undefined) return known;
    const count = countPieces(text, enough, await this.encoding());
    if (key !== undefined && count <= enough) this.known.set(key, count);
    return count;
  }

  private encoding(): Promise<Count> {
    this.loading ??= loadEncoding();
    return this.loading;
  }
}

async function loadEncoding(): Promise<Count> {
  const { countTokens, setMergeCacheSize } = await import('gpt-tokenizer/encoding/o200k_base');
  setMergeCacheSize(0);
  const options = { disallowedSpecial: new Set<string>() };
  return (text) => countTokens(text, options);
}

function countPieces(text: string, enough: number, count: Count): number {
  let total = 0;
  for (let start = 0; start < text.length && total <= enough;) {
    const end = endOfPiece(text, start);
    total += count(text.slice(start, end));
    start = end;
  }
  return total;
}

/** Before a space where there is one in the second half of the piece, and never within a surrogate pair. */
function endOfPiece(text: string, start: number): number {
  const end = start + PIECE;
  if (end >= text.length) return text.length;
  const space = text.lastIndexOf(' ', end);
  if (space > start + PIECE / 2) return space;
  const unit = text.charCodeAt(end - 1);
  return unit >= 0xd800 && unit <= 0xdbff ? end - 1 : end;
}
