import type { IncomingMessage } from 'node:http';
import { authRequired, invalidToken } from '../auth.errors.js';

const SCHEME = /^Bearer +(\S+)$/i;
const IN_URL = ['token', 'access_token', 'ticket'];

function queryOf(request: IncomingMessage): URLSearchParams {
  const url = (request as { originalUrl?: string }).originalUrl ?? request.url ?? '';
  const start = url.indexOf('?');
  return new URLSearchParams(start < 0 ? '' : url.slice(start + 1));
}

/** Counts in the raw list: Node keeps the first of two Authorization headers and hides the second. */
function headerCount(request: IncomingMessage, name: string): number {
  return request.rawHeaders.filter((header, index) => index % 2 === 0 && header.toLowerCase() === name)
    .length;
}

/**
 * The bearer token of a REST request.
 * Throws `AUTH_REQUIRED` without one, `AUTH_INVALID_TOKEN` with two, or with another in the URL.
 */
export function bearerToken(request: IncomingMessage): string {
  const header = request.headers.authorization;
  if (!header) throw authRequired();
  if (headerCount(request, 'authorization') !== 1) throw invalidToken();
  const query = queryOf(request);
  if (IN_URL.some((name) => query.has(name))) throw invalidToken();
  const token = SCHEME.exec(header)?.[1];
  if (!token) throw authRequired();
  return token;
}

/** What a raw WebSocket brings to identify itself. */
export type UpgradeCredential = { readonly token: string } | { readonly ticket: string };

/**
 * `?token=` or `?ticket=` of a WebSocket upgrade.
 * Throws `AUTH_REQUIRED` without one, `AUTH_INVALID_TOKEN` with more than one in all, headers included.
 */
export function upgradeCredential(request: IncomingMessage): UpgradeCredential {
  const query = queryOf(request);
  const tokens = query.getAll('token');
  const tickets = query.getAll('ticket');
  const given = tokens.length + tickets.length;
  if (given === 0) throw authRequired();
  if (given > 1 || query.has('access_token') || headerCount(request, 'authorization') > 0)
    throw invalidToken();
  const [token] = tokens;
  const [ticket] = tickets;
  if (token) return { token };
  if (ticket) return { ticket };
  throw authRequired();
}

/**
 * `auth.token` of a socket.io handshake. In: the handshake's auth object and its upgrade request.
 * Throws `AUTH_REQUIRED` without one, `AUTH_INVALID_TOKEN` for what is no string or comes twice.
 */
export function handshakeToken(auth: unknown, request: IncomingMessage): string {
  const token: unknown =
    typeof auth === 'object' && auth !== null && Object.hasOwn(auth, 'token')
      ? Reflect.get(auth, 'token')
      : undefined;
  if (token === undefined || token === null || token === '') throw authRequired();
  const query = queryOf(request);
  const elsewhere = headerCount(request, 'authorization') > 0 || IN_URL.some((name) => query.has(name));
  if (typeof token !== 'string' || elsewhere) throw invalidToken();
  return token;
}
