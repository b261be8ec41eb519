import type { AnswerPart, Message } from '../client/wire.js';

/** What an answer says: its text, and what stands beside it. Where the text is a part, the content repeats the rest. */
export function saidIn({ content, parts }: Message): { text: string; parts: readonly AnswerPart[] } {
  const texts = parts.flatMap((part) => (part.type === 'text' ? [part.text] : []));
  return {
    text: texts.length > 0 ? texts.join('\n\n') : content,
    parts: parts.filter(({ type }) => type !== 'text'),
  };
}
