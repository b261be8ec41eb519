import type { IncomingMessage } from 'node:http';
import { newId } from '../ids.js';

const ACCEPTABLE = /^[A-Za-z0-9._-]{1,64}$/;
type WithId = IncomingMessage & { id?: unknown };

/**
 * The id of a request: the caller's `X-Request-ID` where it is harmless, else a new one.
 * The same for every call with the same request.
 */
export function requestIdOf(request: IncomingMessage): string {
  const known = (request as WithId).id;
  if (typeof known === 'string') return known;
  const given = request.headers['x-request-id'];
  const id = typeof given === 'string' && ACCEPTABLE.test(given) ? given : newId();
  (request as WithId).id = id;
  return id;
}
