import { Injectable } from '@nestjs/common';
import { ConnectionCounter } from '../../monitoring/metrics/connection-counter.js';
import { PresenceService } from '../live/presence.service.js';
import { dataOf, SocketIdentity } from './socket-identity.js';
import { type ChatSocket, SocketRooms } from './socket-rooms.js';

/** Sockets that come and go: counted, told to the user's other devices, their identity held and let go. */
@Injectable()
export class SocketArrivals {
  constructor(
    private readonly rooms: SocketRooms,
    private readonly identity: SocketIdentity,
    private readonly presence: PresenceService,
    private readonly connections: ConnectionCounter,
  ) {}

  async welcome(socket: ChatSocket): Promise<void> {
    const { principal } = dataOf(socket);
    this.identity.watch(socket);
    socket.once('disconnect', () => this.identity.release(socket));
    await this.rooms.joinUser(socket, principal);
    socket.emit('system', {
      content: 'Connected to AI Chat Service',
      metadata: {
        connection_time: new Date().toISOString(),
        user_id: principal.userId,
        role: principal.role,
      },
    });
    this.connections.inc('socketio');
    const leave = this.presence.arrive(principal);
    socket.once('disconnect', () => {
      this.connections.dec('socketio');
      leave();
    });
  }

  /** Renews the token of an open socket; one that does not fit closes it, after the acknowledgement. */
  async refresh(socket: ChatSocket, token: string): Promise<{ ok: true }> {
    try {
      await this.identity.refresh(socket, token);
      return { ok: true };
    } catch (error) {
      setImmediate(() => socket.disconnect(true));
      throw error;
    }
  }
}
