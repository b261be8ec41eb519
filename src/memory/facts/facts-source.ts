import { fenced } from '../../common/fence.js';
import type { CountTokens, Room, SeenTurn, Shown } from '../memory.contract.js';
import type { Heeded } from './facts.contract.js';

/** Tokens of facts at most, and the part of the space that they may take. */
const MOST_TOKENS = 800;
const SHARE = 0.3;
/** Of what was forgotten, the texts that a model is told. */
const MOST_TEXTS = 5;

/** What is remembered of the user, the newest as far as there is space, and what was just done with a wish about it. */
export async function rememberedFacts(
  { facts, heeded }: SeenTurn,
  room: Room,
  count: CountTokens,
): Promise<Shown> {
  const told = heeded ? [fenced('memory_change', JSON.stringify(briefly(heeded)))] : [];
  const change = await within(told, room.tokens, count);
  const most = Math.min(MOST_TOKENS, Math.floor((room.tokens - change.tokens) * SHARE));
  for (let kept = facts.length; kept > 0; kept = Math.floor(kept / 2)) {
    const newest = facts.slice(0, kept).map(({ kind, text }) => ({ kind, text }));
    const list = await within([fenced('remembered_facts', JSON.stringify(newest))], most, count);
    if (list.texts.length === 0) continue;
    return shown([...list.texts, ...change.texts], list.tokens + change.tokens, kept, facts.length - kept);
  }
  return shown(change.texts, change.tokens, 0, facts.length);
}

async function within(
  texts: readonly string[],
  most: number,
  count: CountTokens,
): Promise<{ readonly texts: readonly string[]; readonly tokens: number }> {
  const tokens = texts.length > 0 ? await count(texts, most) : 0;
  return tokens <= most ? { texts, tokens } : { texts: [], tokens: 0 };
}

function shown(texts: readonly string[], tokens: number, kept: number, left: number): Shown {
  return {
    messages: texts.map((content) => ({ role: 'user', content })),
    tokens,
    trace: { ...(kept > 0 ? { facts: kept } : {}), ...(left > 0 ? { left_out: { facts: left } } : {}) },
  };
}

/** What is listed stands among the facts. */
function briefly(heeded: Heeded): object {
  if (heeded.asked === 'list') return { asked: heeded.asked, outcome: heeded.outcome };
  if (heeded.asked === 'remember') return heeded;
  return { ...heeded, count: heeded.texts.length, texts: heeded.texts.slice(0, MOST_TEXTS) };
}
