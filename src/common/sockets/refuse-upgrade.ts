import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** Seconds after which a client that found no place may try again. */
const RETRY_AFTER = 10;

/** Answers an upgrade with a status and closes its connection. */
export function refuseUpgrade(socket: Duplex, status: number): void {
  const wait = status === 429 || status === 503 ? `Retry-After: ${RETRY_AFTER}\r\n` : '';
  socket.on('error', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n${wait}Content-Length: 0\r\n\r\n`,
    () => socket.destroy(),
  );
}
