import { fenced } from '../common/fence.js';
import type { PastMessage } from '../conversations/conversations.reader.js';
import { digest } from './digest.js';
import type { CountTokens } from './memory.contract.js';
import type { Summary } from './summary.contract.js';

/** Tokens of a summary at most, and the part of the space for a conversation that it may take. */
const MOST_TOKENS = 500;
const SHARE = 0.3;
/** Characters tried for each token, then half as many, and so on. */
const CHARACTERS = 4;
const TRIES = 4;

/** In: tokens that there are for a conversation. Out: those that its summary may take. */
export function summaryRoom(tokens: number): number {
  return Math.min(MOST_TOKENS, Math.floor(tokens * SHARE));
}

/**
 * Older turns as a model sees them: the summary that is kept, and what it does not reach to yet, in few words.
 * Out: a message fenced as data within `tokens`; undefined where there is nothing, or no space for it.
 */
export async function summaryMessage(
  kept: Summary | undefined,
  missing: readonly PastMessage[],
  tokens: number,
  count: CountTokens,
): Promise<{ content: string; tokens: number } | undefined> {
  if (!kept && missing.length === 0) return undefined;
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const room = (tokens * CHARACTERS) / 2 ** attempt;
    const shown =
      kept && missing.length === 0 && kept.summary.length <= room ? kept : digest(kept, missing, room);
    if (shown.summary === '') return undefined;
    const content = fenced(
      'conversation_summary',
      JSON.stringify(attempt === 0 ? shown : { summary: shown.summary }),
    );
    const cost = await count([content], tokens);
    if (cost <= tokens) return { content, tokens: cost };
  }
  return undefined;
}
