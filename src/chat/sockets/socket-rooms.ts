import { Injectable } from '@nestjs/common';
import type { Server, Socket } from 'socket.io';
import type { Principal } from '../../auth/principal.js';
import { BoundedSet } from '../../common/bounded-set.js';
import { sessionChannel } from '../../runs/run-channel.js';
import type { AnswerEvent } from '../events.contract.js';
import { refOf } from '../chat-sessions.service.js';
import { userChannel, type DeviceNews } from '../live/live-events.js';
import { LiveService } from '../live/live.service.js';
import type { SessionNews } from '../live/session-feed.js';
import type { ClientToServer, ServerToClient } from './socket.contract.js';

/** Sessions that one socket watches at most. */
const MAX_SESSIONS = 100;

export type ChatServer = Server<ClientToServer, ServerToClient>;
export type ChatSocket = Socket<ClientToServer, ServerToClient>;

/** Sockets in this room replay a run by themselves and are left out of its broadcast. */
export function replayRoom(runId: string): string {
  return `replay/${runId}`;
}

/** The rooms of this node: one for each watched session and user, listening as long as somebody is in it. */
@Injectable()
export class SocketRooms {
  private server: ChatServer | undefined;
  private readonly listening = new Map<string, () => void>();
  /** The sessions that a socket watches, the newest last. */
  private readonly watched = new WeakMap<ChatSocket, BoundedSet<string>>();

  constructor(private readonly live: LiveService) {}

  attach(server: ChatServer): void {
    this.server = server;
    server.of('/').adapter.on('delete-room', (room: string) => {
      this.listening.get(room)?.();
      this.listening.delete(room);
    });
  }

  /** From now on the socket gets everything of one session of its user; of the 100 that it joined last at most. */
  async joinSession(socket: ChatSocket, principal: Principal, sessionId: string): Promise<void> {
    const session = refOf(principal, sessionId);
    const room = sessionChannel(session).name;
    const watched = this.watched.get(socket) ?? new BoundedSet<string>(MAX_SESSIONS);
    this.watched.set(socket, watched);
    const oldest = watched.add(room);
    if (oldest !== undefined) await socket.leave(oldest);
    await socket.join(room);
    if (socket.rooms.has(room) && !this.listening.has(room)) {
      this.listening.set(
        room,
        this.live.onSession(session, (news) => this.broadcast(room, news)),
      );
    }
  }

  /** From now on the socket gets everything that concerns its user. */
  async joinUser(socket: ChatSocket, principal: Principal): Promise<void> {
    const room = userChannel(principal).name;
    await socket.join(room);
    if (socket.rooms.has(room) && !this.listening.has(room)) {
      this.listening.set(
        room,
        this.live.onUser(principal, (news) => this.tell(room, news)),
      );
      await this.live.settled(principal);
    }
  }

  /** A socket of the session's room was told of this run: what follows its position will come. */
  expect(principal: Principal, sessionId: string, run: Parameters<LiveService['expect']>[1]): void {
    this.live.expect(refOf(principal, sessionId), run);
  }

  private broadcast(room: string, news: SessionNews): void {
    const to = this.server?.to(room);
    switch (news.kind) {
      case 'answer': {
        const others = to?.except(replayRoom(news.runId));
        for (const event of news.events) others?.emit('answer', event as AnswerEvent);
        break;
      }
      case 'created':
        to?.except(news.origin ?? []).emit('message:created', { ...news.message, run_id: news.runId });
        break;
      case 'typing':
        to?.except(news.origin ?? []).emit('typing', {
          session_id: news.sessionId,
          is_typing: news.isTyping,
        });
    }
  }

  private tell(room: string, news: DeviceNews): void {
    const to = this.server?.to(room);
    switch (news.kind) {
      case 'presence':
        to?.emit('presence', { devices: news.devices });
        break;
      case 'updated':
        to?.emit('session:updated', news.session);
        break;
      case 'deleted':
        to?.emit('session:deleted', { session_id: news.sessionId });
    }
  }
}
