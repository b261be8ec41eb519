import type { CountTokens, MemoryTurn, Room, Shown } from './memory.contract.js';
import { summaryMessage, summaryRoom } from './summary-source.js';
import { StoredSummary } from './summary.contract.js';
import { newestTurns, sinceSilence, turnsOf } from './turns.js';

/** In: milliseconds that count as silence; undefined where nothing is summarised. */
export type SummariseAfter = number | undefined;

/**
 * The newest whole turns that fit, and a summary of what came before them: of turns that a summary holds already, that
 * find no space, or that lie before a silence, but for the last one before it.
 */
export async function conversation(
  turn: MemoryTurn,
  room: Room,
  count: CountTokens,
  silence: SummariseAfter,
): Promise<Shown> {
  const kept = silence === undefined ? undefined : StoredSummary.safeParse(turn.summary).data;
  const past = turnsOf(turn.past.filter(({ place }) => place > (kept?.place ?? 0)));
  const recent =
    silence === undefined
      ? past
      : sinceSilence(past, turn.question.at ?? past.at(-1)?.at(-1)?.at ?? 0, silence);
  const whole = await newestTurns(recent, room, count);
  if (silence === undefined || (!kept && whole.turns.length === past.length))
    return shownOf(whole, past.length);
  const most = summaryRoom(room.tokens);
  const few = await newestTurns(recent, { ...room, tokens: room.tokens - most }, count);
  const missing = past.slice(0, past.length - few.turns.length).flat();
  const { message_id: _, place: __, ...summary } = kept ?? {};
  const told = await summaryMessage(kept && (summary as typeof kept), missing, most, count);
  if (!told) return shownOf(whole, past.length);
  const { messages, tokens, trace } = shownOf(few, past.length);
  return {
    messages: [{ role: 'user', content: told.content }, ...messages],
    tokens: tokens + told.tokens,
    trace: { ...trace, summary: true },
  };
}

function shownOf({ turns, tokens }: Awaited<ReturnType<typeof newestTurns>>, all: number): Shown {
  const left = all - turns.length;
  return {
    messages: turns.flat().map(({ role, content }) => ({ role, content })),
    tokens,
    trace: { turns: turns.length, ...(left > 0 ? { left_out: { turns: left } } : {}) },
  };
}
