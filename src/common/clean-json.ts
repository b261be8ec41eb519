/** Removes NUL and replaces lone surrogates by U+FFFD: text that Postgres and JSON can keep. */
export function cleanText(text: string): string {
  return text.replaceAll('\u0000', '').toWellFormed();
}

/** In: a JSON value. Out: the same with every text in it cleaned; keys stay as they are. */
export function cleanJson<T>(value: T): T {
  if (typeof value === 'string') return cleanText(value) as T;
  if (Array.isArray(value)) return value.map((item: unknown) => cleanJson(item)) as T;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, cleanJson(item)])) as T;
}
