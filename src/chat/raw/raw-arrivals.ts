import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import type { WebSocket } from 'ws';
import { ChatSessionsService, refOf } from '../chat-sessions.service.js';
import { LiveService } from '../live/live.service.js';
import { PresenceService } from '../live/presence.service.js';
import { RawIdentity } from './raw-identity.js';
import { RawConnection } from './raw-connection.js';

/** Raw WebSockets that come and go: who is behind them, what they listen to, the first frame. */
@Injectable()
export class RawArrivals {
  constructor(
    private readonly identity: RawIdentity,
    private readonly sessions: ChatSessionsService,
    private readonly live: LiveService,
    private readonly presence: PresenceService,
  ) {}

  /** Throws what `AuthService.authenticate` throws; the socket is then to be closed. */
  async welcome(
    socket: WebSocket,
    request: IncomingMessage,
    sessionId: string,
    stream: boolean,
  ): Promise<RawConnection> {
    const identified = await this.identity.identify(request, sessionId);
    const { principal } = identified;
    const connection = new RawConnection(
      socket,
      sessionId,
      stream,
      principal,
      this.identity.addressOf(request),
    );
    this.identity.hold(connection, identified);
    const active = await this.sessions.activeRun(principal, sessionId);
    connection.send({
      type: 'system',
      content: 'Connected to AI Chat Service',
      metadata: { connection_time: new Date().toISOString(), ...(active ? { active_run: active } : {}) },
    });
    this.listen(connection);
    return connection;
  }

  private listen(connection: RawConnection): void {
    const { principal, sessionId, socket } = connection;
    const leaveSession = this.live.onSession(refOf(principal, sessionId), (news) => connection.onNews(news));
    const leaveUser = this.live.onUser(principal, (news) => {
      if (news.kind === 'deleted' && news.sessionId === sessionId) {
        connection.send({
          type: 'system',
          content: 'Session deleted',
          metadata: { event: 'session:deleted' },
        });
      }
    });
    const leavePresence = this.presence.arrive(principal);
    const leave = (): void => {
      leaveSession();
      leaveUser();
      leavePresence();
    };
    if (socket.readyState === socket.OPEN) socket.once('close', leave);
    else leave();
    socket.on('draining', () =>
      connection.send({ type: 'system', content: 'Draining', metadata: { retry_after_ms: RETRY_AFTER_MS } }),
    );
  }
}

const RETRY_AFTER_MS = 1_000;
