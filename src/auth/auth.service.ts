import { Injectable } from '@nestjs/common';
import { type IdentityListeners, IdentityWatchService } from './identity/identity-watch.service.js';
import { Refusals } from '../audit/refusals.service.js';
import { AppError } from '../common/errors/app-error.js';
import { IdentitiesService } from './identity/identities.service.js';
import { Revocations, type User } from './identity/revocations.service.js';
import type { AuthenticatedPrincipal } from './principal.js';
import { ProbeLimiter } from './probe-limiter.js';
import type { AcceptedClaims } from './tokens/token-policy.js';
import { TokenVerifier } from './tokens/token-verifier.js';

/** From a token to a principal, the same way for REST, socket.io and raw WebSocket. */
@Injectable()
export class AuthService {
  constructor(
    private readonly verifier: TokenVerifier,
    private readonly identities: IdentitiesService,
    private readonly probes: ProbeLimiter,
    private readonly watches: IdentityWatchService,
    private readonly refusals: Refusals,
    private readonly revocations: Revocations,
  ) {}

  /**
   * In: whatever the caller presented, and the address that it came from (for counting refusals).
   * Out: who is asking. Throws 401 `AUTH_REQUIRED`, `AUTH_INVALID_TOKEN`, `AUTH_TOKEN_EXPIRED`,
   * 403 `AUTH_ROLE_REFUSED`, `AUTH_TENANT_REFUSED`, 429 `AUTH_TOO_MANY_FAILURES`, 503 `AUTH_UNAVAILABLE`.
   */
  async authenticate(presented: unknown, address?: string): Promise<AuthenticatedPrincipal> {
    try {
      return await this.resolve(presented, address);
    } catch (error) {
      throw this.probes.failed(address, presented, error);
    }
  }

  /** As `authenticate`, without counting refusals: for a caller that counts by itself. */
  async resolve(presented: unknown, address?: string): Promise<AuthenticatedPrincipal> {
    const claims = await this.verifier.verify(presented);
    return this.identify(presented as string, claims, address);
  }

  /** As `resolve`, for a token whose claims were accepted already. */
  async identify(token: string, claims: AcceptedClaims, address?: string): Promise<AuthenticatedPrincipal> {
    const refusal = claims.source === 'service' ? this.probes.refusalOf(address) : undefined;
    const { principal } = await this.identities
      .identify(token, claims, { refusal })
      .catch((error: unknown) => {
        if (error instanceof AppError) this.refusals.identity(error);
        throw error;
      });
    return Object.freeze({ ...principal, tokenExpiresAt: claims.expiresAt });
  }

  /**
   * Watches an identity while a socket is open: calls back when its token ends (with the leeway of 30 s), when
   * auth-service-v2 refuses or changes it, and when nobody could confirm it for 60 s.
   * In: a token and the principal that `authenticate` gave for it. Out: ends the watching.
   */
  watch(token: string, principal: AuthenticatedPrincipal, listeners: IdentityListeners): () => void {
    return this.watches.watch(token, this.verifier.sourceOf(token), principal, {
      ...listeners,
      onRefused: (error) => {
        this.refusals.identity(error);
        listeners.onRefused(error);
      },
    });
  }

  /** Calls `listener` when this node learns that a user may do less than before. */
  onRevoked(listener: (user: User) => void): void {
    this.revocations.onRevoked(listener);
  }

  /** Another node learned that, or this one did: asks again about every open socket of the user. */
  recheck(user: User): void {
    this.revocations.known(user);
    this.watches.recheck(user);
  }
}
