import { Injectable } from '@nestjs/common';
import type { Principal } from '../../auth/principal.js';
import { FanOut } from '../../redis/fan-out.js';
import type { RunPosition, SessionRef } from '../../runs/runs.contract.js';
import { type DeviceNews, type Told, toldChannel, userChannel, type UserNews } from './live-events.js';
import type { SessionNews } from './session-feed.js';
import { SessionFeeds } from './session-feeds.service.js';
import { TouchedSessions } from './touched-sessions.service.js';

type User = Pick<Principal, 'tenantId' | 'userId'>;

/** Tells the devices of a user what happened, on every node, and lets gateways listen. */
@Injectable()
export class LiveService {
  constructor(
    private readonly fanOut: FanOut,
    private readonly feeds: SessionFeeds,
    private readonly touched: TouchedSessions,
  ) {}

  tellSession(session: SessionRef, news: Told): void {
    this.fanOut.publish(toldChannel(session), news);
  }

  tellUser(user: User, news: UserNews): void {
    this.fanOut.publish(userChannel(user), news);
  }

  /** As `tellUser`, but only those devices that are connected to this node. */
  tellUserHere(user: User, news: UserNews): void {
    this.fanOut.publishHere(userChannel(user), news);
  }

  /** Calls `listener` for everything of one session, answers without gaps, until the returned function is called. */
  onSession(session: SessionRef, listener: (news: SessionNews) => void): () => void {
    return this.feeds.join(session, listener);
  }

  /** A device that listens was told what is at work, if anything: every later event will come, whatever is lost. */
  expect(session: SessionRef, run: (RunPosition & { readonly run_id: string }) | undefined): void {
    this.feeds.expect(session, run && { runId: run.run_id, epoch: run.epoch, seq: run.seq });
  }

  /** Calls `listener` for everything of one user until the returned function is called. */
  onUser(user: User, listener: (news: DeviceNews) => void): () => void {
    return this.fanOut.subscribe(userChannel(user), (news) => {
      if (news.kind === 'touched') this.touched.show(user, news.sessionId, listener);
      else listener(news);
    });
  }

  /** Waits a moment until what other nodes tell this user, which has a listener here, arrives. */
  async settled(user: User): Promise<void> {
    await this.fanOut.settled(userChannel(user));
  }
}
