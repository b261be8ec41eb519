import { escaped, fenced } from '../common/fence.js';

/** Characters of page context that a model sees. */
const MAX_LENGTH = 2000;

const SHORTENED = ' … (shortened)';

/** The host page's description of itself, fenced as data. In: any JSON object. Out: nothing when it is empty. */
export function fencePageContext(context: Readonly<Record<string, unknown>>): string | undefined {
  if (Object.keys(context).length === 0) return undefined;
  const json = escaped(JSON.stringify(context));
  const shown = json.length <= MAX_LENGTH ? json : json.slice(0, MAX_LENGTH - SHORTENED.length) + SHORTENED;
  return fenced('page_context', shown);
}
