/**
 * Marks text as data for a model: between a pair of tags, with every `<` in it escaped, so that nothing inside can look
 * like the end. In: a tag of letters and `_`, attributes without quotes or brackets, and JSON.
 */
export function fenced(tag: string, json: string, attributes: Readonly<Record<string, string>> = {}): string {
  const head = Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${value}"`)
    .join('');
  return `<${tag}${head}>\n${escaped(json)}\n</${tag}>`;
}

/** In: JSON. Out: the same JSON without a `<`. */
export function escaped(json: string): string {
  return json.replaceAll('<', '\\u003c').toWellFormed();
}
