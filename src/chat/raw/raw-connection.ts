import type { WebSocket } from 'ws';
import type { AuthService } from '../../auth/auth.service.js';
import type { AuthenticatedPrincipal } from '../../auth/principal.js';
import { BoundedSet } from '../../common/bounded-set.js';
import { newId } from '../../common/ids.js';
import { Serial } from '../../common/serial.js';
import { type AnswersService, type WatchedEvent } from '../answers.service.js';
import type { DeviceNews } from '../live/live-events.js';
import { MAX_BUFFERED, REMEMBERED_ENDS } from '../live/reader-limits.js';
import type { SessionNews } from '../live/session-feed.js';
import { isFinal, type RunPosition } from '../../runs/runs.contract.js';
import { CLOSE_POLICY, CLOSE_TRY_AGAIN } from './close-codes.js';
import { type FrameBody, framesOf, messageFrame, typingFrame } from './raw-frames.js';

/** One raw WebSocket: the session and user behind it, what is shown to it, and how frames are written. */
export class RawConnection {
  readonly id = newId();
  readonly order = new Serial();
  readonly leaving = new AbortController();
  private unwatch: () => void = () => undefined;
  private readonly replays = new Map<string, AbortController>();
  /** Runs whose end a replay has shown: nobody shows them here again. */
  private readonly ended = new BoundedSet<string>(REMEMBERED_ENDS);

  constructor(
    readonly socket: WebSocket,
    readonly sessionId: string,
    readonly stream: boolean,
    public principal: AuthenticatedPrincipal,
    /** Where the client connects from. */
    readonly address: string,
  ) {
    if (socket.readyState !== socket.OPEN) this.leaving.abort();
    socket.once('close', () => {
      this.leaving.abort();
      this.unwatch();
    });
  }

  /** Acts for this principal from now on, until the token ends or is refused. */
  hold(auth: AuthService, token: string, principal: AuthenticatedPrincipal): void {
    this.unwatch();
    this.principal = principal;
    const close = (): void => this.refuse();
    this.unwatch = auth.watch(token, principal, {
      onExpired: close,
      onRefused: close,
      onChanged: (changed) => (this.principal = changed),
    });
    if (this.leaving.signal.aborted) this.unwatch();
  }

  /** Closes the socket: nobody may act here any more. */
  refuse(): void {
    this.socket.close(CLOSE_POLICY, 'Authentication required');
  }

  send(frame: FrameBody): void {
    this.write({
      type: frame.type,
      content: frame.content,
      session_id: this.sessionId,
      user_id: this.principal.userId,
      timestamp: new Date().toISOString(),
      metadata: frame.metadata,
    });
  }

  /** Shows what happened in the session, but for runs that are replayed to this socket. */
  onNews(news: SessionNews): void {
    switch (news.kind) {
      case 'answer':
        if (!this.replays.has(news.runId) && !this.ended.has(news.runId))
          for (const event of news.events) this.show(event);
        break;
      case 'created':
        if (this.stream && news.origin !== this.id) this.send(messageFrame(news.message, news.runId));
        break;
      case 'typing':
        if (news.origin !== this.id) this.send(typingFrame(news.isTyping));
    }
  }

  /** Shows what happened to the session itself; a rename only to clients that asked for more than the old frames. */
  onUserNews(news: DeviceNews): void {
    if (news.kind === 'deleted' && news.sessionId === this.sessionId) {
      this.send({ type: 'system', content: 'Session deleted', metadata: { event: 'session:deleted' } });
    } else if (news.kind === 'updated' && news.session.id === this.sessionId && this.stream) {
      this.send({
        type: 'system',
        content: 'Session updated',
        metadata: { event: 'session:updated', session: news.session },
      });
    }
  }

  /** Follows a run by itself from a position; a replay of the same run that is under way ends. */
  replay(answers: AnswersService, run: Parameters<AnswersService['watch']>[0], from: RunPosition): void {
    this.replays.get(run.runId)?.abort();
    const ending = new AbortController();
    this.replays.set(run.runId, ending);
    const signal = AbortSignal.any([ending.signal, this.leaving.signal]);
    this.follow(answers, run, from, signal)
      .catch(() => this.socket.close(CLOSE_TRY_AGAIN, 'Connect again and resume'))
      .finally(() => {
        if (this.replays.get(run.runId) === ending) this.replays.delete(run.runId);
      });
  }

  private async follow(
    answers: AnswersService,
    run: Parameters<AnswersService['watch']>[0],
    from: RunPosition,
    signal: AbortSignal,
  ): Promise<void> {
    for await (const event of answers.watch(run, from, signal)) {
      if (signal.aborted) return;
      this.show(event);
      if (isFinal(event)) this.ended.add(run.runId);
    }
  }

  private show(event: WatchedEvent): void {
    if (this.stream) this.write({ type: 'event', ...event });
    for (const frame of framesOf(event)) this.send(frame);
  }

  private write(frame: object): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    if (this.socket.bufferedAmount > MAX_BUFFERED) {
      this.socket.close(CLOSE_TRY_AGAIN, 'Too slow; connect again and resume');
      return;
    }
    this.socket.send(JSON.stringify(frame));
  }
}
