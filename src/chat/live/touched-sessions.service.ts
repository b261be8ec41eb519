import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Principal } from '../../auth/principal.js';
import { AppError } from '../../common/errors/app-error.js';
import { compositeKey } from '../../common/ids.js';
import { SessionListService } from '../../conversations/session-list.service.js';
import type { DeviceNews } from './live-events.js';

type Listener = (news: DeviceNews) => void;

/** Milliseconds in which everything that touches a session, and every device here, shares one look. */
const GATHER_MS = 50;

interface Look {
  readonly listeners: Set<Listener>;
  readonly timer: NodeJS.Timeout;
}

/** Tells devices of this node how a session stands after something was said in it: title, unread, last activity. */
@Injectable()
export class TouchedSessions implements OnApplicationShutdown {
  private readonly logger = new Logger('live');
  private readonly looks = new Map<string, Look>();

  constructor(private readonly sessions: SessionListService) {}

  onApplicationShutdown(): void {
    for (const { timer } of this.looks.values()) clearTimeout(timer);
    this.looks.clear();
  }

  /** Calls `listener` with the session as it is a moment later; a session that is gone by then is not shown. */
  show(user: Pick<Principal, 'tenantId' | 'userId'>, sessionId: string, listener: Listener): void {
    const key = compositeKey(user.tenantId, user.userId, sessionId);
    const look = this.looks.get(key);
    if (look) {
      look.listeners.add(listener);
      return;
    }
    const listeners = new Set([listener]);
    const timer = setTimeout(() => {
      this.looks.delete(key);
      void this.look(user, sessionId, listeners);
    }, GATHER_MS);
    this.looks.set(key, { listeners, timer });
  }

  private async look(
    user: Pick<Principal, 'tenantId' | 'userId'>,
    sessionId: string,
    listeners: ReadonlySet<Listener>,
  ): Promise<void> {
    try {
      const session = await this.sessions.summary(user, sessionId);
      for (const listener of listeners) listener({ kind: 'updated', session });
    } catch (error) {
      if (!(error instanceof AppError)) this.logger.warn({ err: error }, 'a session could not be shown anew');
    }
  }
}
