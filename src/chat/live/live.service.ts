import { Injectable } from '@nestjs/common';
import type { Principal } from '../../auth/principal.js';
import { FanOut } from '../../redis/fan-out.js';
import { sessionChannel } from '../../runs/run-channel.js';
import type { SessionRef } from '../../runs/runs.contract.js';
import { type SessionNews, type Told, toldChannel, userChannel, type UserNews } from './live-events.js';

type User = Pick<Principal, 'tenantId' | 'userId'>;

/** Tells the devices of a user what happened, on every node, and lets gateways listen. */
@Injectable()
export class LiveService {
  constructor(private readonly fanOut: FanOut) {}

  tellSession(session: SessionRef, news: Told): void {
    this.fanOut.publish(toldChannel(session), news);
  }

  tellUser(user: User, news: UserNews): void {
    this.fanOut.publish(userChannel(user), news);
  }

  /** Calls `listener` for everything of one session until the returned function is called. */
  onSession(session: SessionRef, listener: (news: SessionNews) => void): () => void {
    const leaveAnswers = this.fanOut.subscribe(sessionChannel(session), listener);
    const leaveTold = this.fanOut.subscribe(toldChannel(session), listener);
    return () => {
      leaveAnswers();
      leaveTold();
    };
  }

  /** Calls `listener` for everything of one user until the returned function is called. */
  onUser(user: User, listener: (news: UserNews) => void): () => void {
    return this.fanOut.subscribe(userChannel(user), listener);
  }
}
