import { cleanText } from '../common/clean-json.js';

const HIGH_SURROGATE_AT_END = /[\uD800-\uDBFF]$/;

/**
 * Makes streamed text fit for Postgres and JSON: removes NUL, replaces halves of surrogate pairs,
 * and holds back the first half of a pair until the second has come.
 */
export class TextCleaner {
  private held = '';

  /** In: the next piece. Out: what can be shown of it, perhaps nothing. */
  push(piece: string): string {
    let text = this.held + piece;
    this.held = '';
    if (HIGH_SURROGATE_AT_END.test(text)) {
      this.held = text.slice(-1);
      text = text.slice(0, -1);
    }
    return cleanText(text);
  }

  /** Out: what was still held back. */
  end(): string {
    const text = cleanText(this.held);
    this.held = '';
    return text;
  }
}
