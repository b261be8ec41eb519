import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import type { WebSocket } from 'ws';
import { ChatSessionsService, refOf } from '../chat-sessions.service.js';
import { LiveService } from '../live/live.service.js';
import type { SessionNews } from '../live/session-feed.js';
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
    const begin = this.listen(connection);
    await this.live.settled(principal);
    const active = await this.sessions.activeRun(principal, sessionId);
    connection.send({
      type: 'system',
      content: 'Connected to AI Chat Service',
      metadata: { connection_time: new Date().toISOString(), ...(active ? { active_run: active } : {}) },
    });
    begin();
    this.live.expect(refOf(principal, sessionId), active);
    return connection;
  }

  /** Listens from now on. Out: shows what came, and from then on everything as it comes. */
  private listen(connection: RawConnection): () => void {
    const { principal, sessionId, socket } = connection;
    let early: SessionNews[] | undefined = [];
    const leaveSession = this.live.onSession(refOf(principal, sessionId), (news) => {
      if (early) early.push(news);
      else connection.onNews(news);
    });
    const leaveUser = this.live.onUser(principal, (news) => connection.onUserNews(news));
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
    return () => {
      const came = early ?? [];
      early = undefined;
      for (const news of came) connection.onNews(news);
    };
  }
}

const RETRY_AFTER_MS = 1_000;
