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

/** True where no text in a JSON value, keys included, has NUL or half of a surrogate pair: Postgres takes neither. */
export function isCleanJson(value: unknown): boolean {
  if (typeof value === 'string') return cleanText(value) === value;
  if (value === null || typeof value !== 'object') return true;
  return Object.entries(value).every(([key, item]) => isCleanJson(key) && isCleanJson(item));
}
