/** Characters of page context that a model sees. */
const MAX_LENGTH = 2000;

const SHORTENED = ' … (shortened)';

/**
 * The host page's description of itself, fenced as data.
 * `<` is escaped, so that nothing inside can look like the closing fence. In: any JSON object. Out: nothing when it is empty.
 */
export function fencePageContext(context: Readonly<Record<string, unknown>>): string | undefined {
  if (Object.keys(context).length === 0) return undefined;
  const json = JSON.stringify(context).replaceAll('<', '\\u003c');
  const shown = json.length <= MAX_LENGTH ? json : json.slice(0, MAX_LENGTH - SHORTENED.length) + SHORTENED;
  return `<page_context>\n${shown.toWellFormed()}\n</page_context>`;
}
