import { v7 } from 'uuid';

/** A UUIDv7 (RFC 9562): sorts by time of making, so that new rows land at the end of their index. */
export function newId(): string {
  return v7();
}

/**
 * One string for several ids that never collides, whatever the ids contain.
 * `key('a:b', 'c')` and `key('a', 'b:c')` differ.
 */
export function compositeKey(...parts: readonly string[]): string {
  return parts.map(encodeURIComponent).join('/');
}
