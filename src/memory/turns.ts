import type { PastMessage } from '../conversations/conversations.reader.js';
import type { CountTokens, Room } from './memory.contract.js';

/** A question and the answers to it, never cut. */
export type PastTurn = readonly PastMessage[];

/** In: messages, oldest first. Out: their turns. What precedes the first question belongs to no whole turn. */
export function turnsOf(past: readonly PastMessage[]): PastTurn[] {
  const starts = past.flatMap(({ role }, index) => (role === 'user' ? [index] : []));
  return starts.map((start, index) => past.slice(start, starts[index + 1]));
}

/**
 * In: turns, oldest first, when the question after them was asked, and what counts as silence, in milliseconds.
 * Out: those from the last one before the last silence on; all where there was none.
 */
export function sinceSilence(
  turns: readonly PastTurn[],
  askedAt: number,
  silence: number,
): readonly PastTurn[] {
  const times = [...turns.map(([question]) => question?.at ?? 0), askedAt];
  const last = turns.findLastIndex(
    (turn, index) => (times[index + 1] ?? 0) - (turn.at(-1)?.at ?? 0) > silence,
  );
  return turns.slice(Math.max(last, 0));
}

/** In: turns, oldest first. Out: the newest whole ones that fit, and their tokens. */
export async function newestTurns(
  turns: readonly PastTurn[],
  room: Room,
  count: CountTokens,
): Promise<{ turns: readonly PastTurn[]; tokens: number }> {
  let tokens = 0;
  let messages = 0;
  let start = turns.length;
  for (const turn of turns.toReversed()) {
    messages += turn.length;
    if (messages > room.messages) break;
    const texts = turn.map(({ content }) => content);
    const cost = await count(texts, room.tokens - tokens);
    if (tokens + cost > room.tokens) break;
    tokens += cost;
    start -= 1;
  }
  return { turns: turns.slice(start), tokens };
}
