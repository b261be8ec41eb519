import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import { invalidToken } from '../../auth/auth.errors.js';
import { AuthService } from '../../auth/auth.service.js';
import { ClientAddress } from '../../auth/client-address.js';
import type { AuthenticatedPrincipal } from '../../auth/principal.js';
import { TicketsService } from '../../auth/tickets/tickets.service.js';
import { upgradeCredential } from '../../auth/tokens/token-source.js';
import { toAppError } from '../../common/errors/error-body.js';
import { AdmissionService } from '../live/admission.service.js';
import type { RawConnection } from './raw-connection.js';

export interface Identified {
  readonly token: string;
  readonly principal: AuthenticatedPrincipal;
}

/** Who is behind a raw WebSocket: at the upgrade, renewed on the open socket, and watched until it closes. */
@Injectable()
export class RawIdentity {
  constructor(
    private readonly auth: AuthService,
    private readonly tickets: TicketsService,
    private readonly addresses: ClientAddress,
    private readonly admission: AdmissionService,
  ) {}

  /** Reads `?token=` or `?ticket=` of an upgrade. Throws what `AuthService.authenticate` throws, and RATE_LIMITED. */
  async identify(request: IncomingMessage, sessionId: string): Promise<Identified> {
    const identified = await this.resolve(request, sessionId);
    this.admission.admit(identified.principal, request);
    return identified;
  }

  /** Renews the token of an open connection; one that is refused, or of another identity, closes it. */
  async refresh(connection: RawConnection, token: string): Promise<void> {
    try {
      const principal = await this.auth.authenticate(token, connection.address);
      const { userId, tenantId } = connection.principal;
      if (principal.userId !== userId || principal.tenantId !== tenantId) throw invalidToken();
      this.hold(connection, { token, principal });
    } catch (error) {
      if (toAppError(error).status < 500) setImmediate(() => connection.refuse());
      throw error;
    }
  }

  addressOf(request: IncomingMessage): string {
    return this.addresses.of(request);
  }

  /** Lets a connection act for this identity from now on, until the token ends or is refused. */
  hold(connection: RawConnection, { token, principal }: Identified): void {
    connection.hold(this.auth, token, principal);
  }

  private async resolve(request: IncomingMessage, sessionId: string): Promise<Identified> {
    const credential = upgradeCredential(request);
    if ('ticket' in credential) {
      return this.tickets.redeem(credential.ticket, sessionId, request.headers.origin ?? null);
    }
    const principal = await this.auth.authenticate(credential.token, this.addresses.of(request));
    return { token: credential.token, principal };
  }
}
