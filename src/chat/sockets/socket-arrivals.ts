import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { toAppError } from '../../common/errors/error-body.js';
import { PresenceService } from '../live/presence.service.js';
import { dataOf, SocketIdentity } from './socket-identity.js';
import { closeSlowReaders } from './slow-reader.js';
import { type ChatServer, type ChatSocket, SocketRooms } from './socket-rooms.js';

/** Sockets that come and go: told to the user's other devices, their identity held and let go. */
@Injectable()
export class SocketArrivals implements OnApplicationShutdown {
  private stopWatching: (() => void) | undefined;

  constructor(
    private readonly rooms: SocketRooms,
    private readonly identity: SocketIdentity,
    private readonly presence: PresenceService,
  ) {}

  /** Watches the sockets of this server for readers that are too slow. */
  attach(server: ChatServer): void {
    this.stopWatching = closeSlowReaders(server);
  }

  onApplicationShutdown(): void {
    this.stopWatching?.();
  }

  /** A socket has come in: tells it so, and its user's other devices. */
  async welcome(socket: ChatSocket): Promise<void> {
    const { principal } = dataOf(socket);
    this.identity.watch(socket);
    socket.once('disconnect', () => {
      this.identity.release(socket);
      socket.conn.close();
    });
    await this.rooms.joinUser(socket, principal);
    if (socket.disconnected) return;
    socket.emit('system', {
      content: 'Connected to AI Chat Service',
      metadata: {
        connection_time: new Date().toISOString(),
        user_id: principal.userId,
        role: principal.role,
      },
    });
    const leave = this.presence.arrive(principal);
    socket.once('disconnect', leave);
  }

  /** Renews the token of an open socket; one that does not fit closes it, after the acknowledgement. */
  async refresh(socket: ChatSocket, token: string): Promise<{ ok: true }> {
    try {
      await this.identity.refresh(socket, token);
      return { ok: true };
    } catch (error) {
      if (toAppError(error).status < 500) setImmediate(() => socket.disconnect(true));
      throw error;
    }
  }
}
