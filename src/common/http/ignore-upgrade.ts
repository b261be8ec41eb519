import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

/** Headers of the offer itself (RFC 9110, 7.8; RFC 7540, 3.2). */
const OFFER: ReadonlySet<string> = new Set(['upgrade', 'http2-settings']);

const begunAnew = new WeakSet<Duplex>();

/**
 * Serves a request that offers another protocol (`Upgrade: h2c`) as if it had not, which RFC 9110, 7.8 allows.
 * Node has let go of such a connection once anybody listens for upgrades, so the request is put back in front of it
 * without its offer and the connection begins anew; a second offer on the same connection is its last request.
 */
export function ignoreUpgrade(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const last = begunAnew.has(socket);
  begunAnew.add(socket);
  const headers = pairsOf(request.rawHeaders).flatMap(([name, value]): string[] => {
    const key = name.toLowerCase();
    if (key === 'connection') return last ? [] : kept(value);
    return OFFER.has(key) ? [] : [`${name}: ${value}`];
  });
  const lines = [
    `${request.method} ${request.url} HTTP/${request.httpVersion}`,
    ...headers,
    ...(last ? ['Connection: close'] : []),
  ];
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  server.emit('connection', socket);
}

function pairsOf(rawHeaders: readonly string[]): [string, string][] {
  return rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? '']] : [],
  ) as [string, string][];
}

/** The other options of a Connection header, which stay. */
function kept(connection: string): string[] {
  const options = connection
    .split(',')
    .map((option) => option.trim())
    .filter((option) => option !== '' && !OFFER.has(option.toLowerCase()));
  return options.length > 0 ? [`Connection: ${options.join(', ')}`] : [];
}
