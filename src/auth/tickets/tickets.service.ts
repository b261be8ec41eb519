import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { AppError } from '../../common/errors/app-error.js';
import { Metrics } from '../../monitoring/metrics/metrics.js';
import { Scope, SYSTEM, userScope } from '../../database/scope.js';
import { AuthService } from '../auth.service.js';
import { ticketRefused } from '../auth.errors.js';
import type { AuthenticatedPrincipal } from '../principal.js';
import { sealToken, unsealToken } from './sealed-token.js';
import type { WsTicketResponse } from './tickets.contract.js';
import { TicketsRepository } from './tickets.repository.js';

const LIFE_SECONDS = 30;
const SWEEP_BATCH = 10_000;
const FORM = /^[\w-]{43}$/;

export interface RedeemedTicket {
  readonly principal: AuthenticatedPrincipal;
  /** The token that the ticket was made with: for `AuthService.watch`, not to be kept elsewhere. */
  readonly token: string;
}

/** Single-use tickets that stand for a token in the URL of a raw WebSocket. */
@Injectable()
export class TicketsService {
  constructor(
    private readonly scope: Scope,
    private readonly tickets: TicketsRepository,
    private readonly auth: AuthService,
    private readonly metrics: Metrics,
  ) {}

  /** In: the caller, his token, the session it is for, and the Origin of the request (null without one). */
  async issue(
    principal: AuthenticatedPrincipal,
    token: string,
    sessionId: string,
    origin: string | null,
  ): Promise<WsTicketResponse> {
    const ticket = randomBytes(32).toString('base64url');
    const { tenantId, userId } = principal;
    await this.scope.run(userScope(principal), () =>
      this.tickets.insert({
        hash: hashOf(ticket),
        tenantId,
        userId,
        sessionId,
        origin,
        sealedToken: sealToken(ticket, token),
        lifeSeconds: LIFE_SECONDS,
      }),
    );
    return { ticket, expires_in: LIFE_SECONDS };
  }

  /**
   * In: what came in the URL, the session of the path, the Origin of the upgrade (null without one).
   * Out: who is asking, as of now. A ticket is used up by the first attempt, also by a wrong one.
   * Throws `AUTH_TICKET_REFUSED`, or what `AuthService.authenticate` throws for the token behind it.
   */
  async redeem(ticket: string, sessionId: string, origin: string | null): Promise<RedeemedTicket> {
    if (!FORM.test(ticket)) throw this.refusal();
    const used = await this.scope.run(SYSTEM, () => this.tickets.consume(hashOf(ticket)));
    if (!used || used.session_id !== sessionId || used.origin !== origin) throw this.refusal();
    const token = unsealToken(ticket, used.principal.sealed_token);
    const principal = await this.auth.authenticate(token);
    if (principal.tenantId !== used.tenant_id || principal.userId !== used.user_id) throw this.refusal();
    return { principal, token };
  }

  /** Removes the tickets of all users that have ended, batch by batch. */
  async sweep(): Promise<void> {
    const batch = (): Promise<number> => this.scope.run(SYSTEM, () => this.tickets.deleteSpent(SWEEP_BATCH));
    while ((await batch()) === SWEEP_BATCH);
  }

  private refusal(): AppError {
    const error = ticketRefused();
    this.metrics.authFailures.inc({ code: error.code });
    return error;
  }
}

function hashOf(ticket: string): string {
  return createHash('sha256').update(ticket).digest('hex');
}
