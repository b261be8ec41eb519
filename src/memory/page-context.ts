import { escaped, fenced } from '../common/fence.js';
import type { CountTokens, MemoryTurn, Room, Shown } from './memory.contract.js';

/** Characters of page context that a model sees. */
const MAX_LENGTH = 2000;

const SHORTENED = ' … (shortened)';

/** The host page's description of itself, where there is space for it. */
export async function pageContext({ context }: MemoryTurn, room: Room, count: CountTokens): Promise<Shown> {
  const content = fencePageContext(context);
  if (content === undefined) return { messages: [], tokens: 0, trace: {} };
  const tokens = await count([content], room.tokens);
  if (tokens > room.tokens) return { messages: [], tokens: 0, trace: { left_out: { page_context: true } } };
  return { messages: [{ role: 'user', content }], tokens, trace: {} };
}

/** The host page's description of itself, fenced as data. In: any JSON object. Out: nothing when it is empty. */
function fencePageContext(context: Readonly<Record<string, unknown>>): string | undefined {
  if (Object.keys(context).length === 0) return undefined;
  const json = escaped(JSON.stringify(context));
  const shown = json.length <= MAX_LENGTH ? json : json.slice(0, MAX_LENGTH - SHORTENED.length) + SHORTENED;
  return fenced('page_context', shown);
}
