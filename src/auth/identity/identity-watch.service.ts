import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { AppError } from '../../common/errors/app-error.js';
import { AuthConfig } from '../../config/config.js';
import { invalidToken } from '../auth.errors.js';
import type { AuthenticatedPrincipal } from '../principal.js';
import { type AcceptedClaims, LEEWAY_SECONDS } from '../tokens/token-policy.js';
import { IdentitiesService, type Identity, isOutage } from './identities.service.js';
import { Revocations, type User } from './revocations.service.js';

/** What the owner of an open socket wants to hear. After `onExpired` or `onRefused` nothing follows. */
export interface IdentityListeners {
  onExpired(): void;
  /** The identity is refused now, or nobody could confirm it for 60 s. */
  onRefused(error: AppError): void;
  /** Same user, same tenant; another role or e-mail. */
  onChanged(principal: AuthenticatedPrincipal): void;
}

const UNCONFIRMED_FOR_MS = 60_000;
const UNCACHED_INTERVAL_MS = 30_000;
const SHORTEST_INTERVAL_MS = 500;
const RETRY_MS = 3000;
const LONGEST_TIMER_MS = 60_000;
const JITTER = 0.1;

/** Watches the identities behind open sockets: the end of the token, and what auth-service-v2 says in the meantime. */
@Injectable()
export class IdentityWatchService implements OnApplicationShutdown {
  private readonly open = new Set<Watch>();
  private readonly interval: number;

  constructor(
    private readonly identities: IdentitiesService,
    private readonly revocations: Revocations,
    config: AuthConfig,
  ) {
    this.interval =
      config.cacheTtl > 0 ? Math.max(config.cacheTtl / 2, SHORTEST_INTERVAL_MS) : UNCACHED_INTERVAL_MS;
  }

  /**
   * In: an authenticated token, the key source of it, its principal.
   * Out: ends the watching; to be called when the socket closes.
   */
  watch(
    token: string,
    source: AcceptedClaims['source'],
    principal: AuthenticatedPrincipal,
    listeners: IdentityListeners,
  ): () => void {
    const claims: AcceptedClaims = {
      source,
      subject: principal.userId,
      expiresAt: principal.tokenExpiresAt,
      tenantId: principal.tenantId,
      role: principal.role,
      email: principal.email,
    };
    const ask = this.identities.isRemote(claims)
      ? (newerThan: number) => this.identities.identify(token, claims, { newerThan })
      : undefined;
    const watched: IdentityListeners = {
      onExpired: () => listeners.onExpired(),
      onChanged: (changed) => listeners.onChanged(changed),
      onRefused: (error) => {
        if (!isOutage(error)) this.revocations.refused(principal);
        listeners.onRefused(error);
      },
    };
    const watch = new Watch(principal, watched, this.interval, ask, () => this.open.delete(watch));
    this.open.add(watch);
    watch.start();
    return () => watch.stop();
  }

  /** Asks now about every open socket of a user; an answer from before now does not count. */
  recheck(user: User): void {
    for (const watch of this.open) if (watch.isOf(user)) watch.recheckNow();
  }

  onApplicationShutdown(): void {
    for (const watch of this.open) watch.stop();
  }
}

class Watch {
  private readonly logger = new Logger('auth');
  private expiry: NodeJS.Timeout | undefined;
  private recheck: NodeJS.Timeout | undefined;
  private confirmedAt = Number.NEGATIVE_INFINITY;
  /** Answers from before this moment do not count. */
  private newerThan = Number.NEGATIVE_INFINITY;
  private stopped = false;

  constructor(
    private principal: AuthenticatedPrincipal,
    private readonly listeners: IdentityListeners,
    private readonly interval: number,
    private readonly ask: ((newerThan: number) => Promise<Identity>) | undefined,
    private readonly onStop: () => void,
  ) {}

  start(): void {
    this.armExpiry();
    if (this.ask) this.armRecheck(0);
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.expiry);
    clearTimeout(this.recheck);
    this.onStop();
  }

  isOf({ tenantId, userId }: User): boolean {
    return this.principal.tenantId === tenantId && this.principal.userId === userId;
  }

  recheckNow(): void {
    if (!this.ask) return;
    this.newerThan = performance.now();
    clearTimeout(this.recheck);
    this.armRecheck(0);
  }

  /** In steps of a minute at most: a timer neither follows a corrected clock nor takes more than 24 days. */
  private armExpiry(): void {
    const left = this.principal.tokenExpiresAt + LEEWAY_SECONDS * 1000 - Date.now();
    this.expiry = setTimeout(
      () => (left > LONGEST_TIMER_MS ? this.armExpiry() : this.end(() => this.listeners.onExpired())),
      Math.min(Math.max(left, 0), LONGEST_TIMER_MS),
    );
    this.expiry.unref();
  }

  private armRecheck(delay: number): void {
    if (this.stopped) return;
    this.recheck = setTimeout(() => void this.check(), Math.max(delay, 0));
    this.recheck.unref();
  }

  private async check(): Promise<void> {
    try {
      const identity = await this.ask?.(Math.max(this.confirmedAt, this.newerThan));
      if (this.stopped || !identity) return;
      this.confirmedAt = identity.confirmedAt;
      this.compare(identity);
      const wait = this.interval * (1 - Math.random() * JITTER);
      this.armRecheck(this.confirmedAt + wait - performance.now());
    } catch (error) {
      if (this.stopped) return;
      const grace = this.confirmedAt + UNCONFIRMED_FOR_MS - performance.now();
      if (isOutage(error) && grace > 0) this.armRecheck(Math.min(RETRY_MS, grace));
      else this.refuse(error);
    }
  }

  private compare({ principal: now }: Identity): void {
    const before = this.principal;
    if (now.tenantId !== before.tenantId || now.userId !== before.userId) throw invalidToken();
    if (now.role === before.role && now.email === before.email) return;
    const changed = Object.freeze({ ...now, tokenExpiresAt: before.tokenExpiresAt });
    this.principal = changed;
    this.tell(() => this.listeners.onChanged(changed));
  }

  private refuse(error: unknown): void {
    const reason = error instanceof AppError ? error : invalidToken(error);
    this.end(() => this.listeners.onRefused(reason));
  }

  private end(tell: () => void): void {
    if (this.stopped) return;
    this.stop();
    this.tell(tell);
  }

  private tell(listener: () => void): void {
    try {
      listener();
    } catch (error) {
      this.logger.error({ err: error }, 'a listener of an identity failed');
    }
  }
}
