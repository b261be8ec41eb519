import { Injectable } from '@nestjs/common';
import type { Socket } from 'socket.io';
import { invalidToken } from '../../auth/auth.errors.js';
import { AuthService } from '../../auth/auth.service.js';
import { ClientAddress } from '../../auth/client-address.js';
import type { AuthenticatedPrincipal } from '../../auth/principal.js';
import { handshakeToken } from '../../auth/tokens/token-source.js';
import { AdmissionService } from '../live/admission.service.js';

export interface SocketData {
  principal: AuthenticatedPrincipal;
  token: string;
  unwatch: () => void;
}

export function dataOf(socket: { data: unknown }): SocketData {
  return socket.data as SocketData;
}

/** Who is behind a socket.io socket: at the handshake, renewed on the open socket, and watched until it closes. */
@Injectable()
export class SocketIdentity {
  constructor(
    private readonly auth: AuthService,
    private readonly addresses: ClientAddress,
    private readonly admission: AdmissionService,
  ) {}

  /** Puts the principal on a new socket. Throws what `AuthService.authenticate` throws, and RATE_LIMITED. */
  async admit(socket: Socket): Promise<void> {
    const token = handshakeToken(socket.handshake.auth, socket.request);
    const principal = await this.auth.authenticate(token, this.addresses.of(socket.request));
    this.admission.admit(principal, socket.request);
    Object.assign(dataOf(socket), { token, principal, unwatch: () => undefined });
  }

  /** Watches the identity of a connected socket from now on; closes the socket when it ends or is refused. */
  watch(socket: Socket): void {
    const { token, principal } = dataOf(socket);
    this.hold(socket, token, principal);
  }

  /** Renews the token. Throws 401 for another user or tenant; the caller then closes the socket. */
  async refresh(socket: Socket, token: string): Promise<void> {
    const principal = await this.auth.authenticate(token, this.addresses.of(socket.request));
    const before = dataOf(socket).principal;
    if (principal.userId !== before.userId || principal.tenantId !== before.tenantId) throw invalidToken();
    this.hold(socket, token, principal);
  }

  release(socket: Socket): void {
    dataOf(socket).unwatch();
  }

  private hold(socket: Socket, token: string, principal: AuthenticatedPrincipal): void {
    const close = (): void => void socket.disconnect(true);
    const data = dataOf(socket);
    data.unwatch();
    Object.assign(data, { token, principal });
    data.unwatch = this.auth.watch(token, principal, {
      onExpired: close,
      onRefused: close,
      onChanged: (changed) => (data.principal = changed),
    });
    if (socket.disconnected) data.unwatch();
  }
}
