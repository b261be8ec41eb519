import { MAX_BUFFERED } from '../live/reader-limits.js';
import type { ChatServer, ChatSocket } from './socket-rooms.js';

const LOOK_EVERY_MS = 500;

/**
 * Closes the connection of a client that reads so slowly that more than 1 MiB waits for it; what waits is dropped.
 * Out: whether it was closed.
 */
export function closeIfTooSlow(socket: ChatSocket): boolean {
  const transport = socket.conn.transport as unknown as { socket?: { bufferedAmount?: number } };
  const tooSlow = (transport.socket?.bufferedAmount ?? 0) > MAX_BUFFERED;
  if (tooSlow) socket.conn.close(true);
  return tooSlow;
}

/** Closes connections whose reader is too slow. Out: ends the watching. */
export function closeSlowReaders(server: ChatServer): () => void {
  const timer = setInterval(() => {
    for (const socket of server.sockets.sockets.values()) closeIfTooSlow(socket);
  }, LOOK_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
