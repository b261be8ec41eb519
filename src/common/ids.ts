import { v5, v7 } from 'uuid';

const DERIVED = 'b6c4a2de-5f0b-4f4e-9d6a-3c1de0a2f7c9';

/** A UUIDv7 (RFC 9562): sorts by time of making, so that new rows land at the end of their index. */
export function newId(): string {
  return v7();
}

/** The same UUIDv5 (RFC 9562) for the same parts, whatever they contain, and never for others. */
export function derivedId(...parts: readonly string[]): string {
  return v5(compositeKey(...parts), DERIVED);
}

/**
 * One string for several ids that never collides, whatever the ids contain.
 * `key('a:b', 'c')` and `key('a', 'b:c')` differ.
 */
export function compositeKey(...parts: readonly string[]): string {
  return parts.map(encodeURIComponent).join('/');
}
