import { Injectable } from '@nestjs/common';
import type { Socket } from 'socket.io';
import { invalidToken } from '../../auth/auth.errors.js';
import { AuthService } from '../../auth/auth.service.js';
import type { AuthenticatedPrincipal } from '../../auth/principal.js';
import { handshakeToken } from '../../auth/tokens/token-source.js';

export interface SocketData {
  principal: AuthenticatedPrincipal;
  unwatch: () => void;
}

export function dataOf(socket: { data: unknown }): SocketData {
  return socket.data as SocketData;
}

/** Who is behind a socket.io socket: at the handshake, renewed on the open socket, and watched until it closes. */
@Injectable()
export class SocketIdentity {
  constructor(private readonly auth: AuthService) {}

  /** Puts the principal on a new socket. Throws what `AuthService.authenticate` throws. */
  async admit(socket: Socket): Promise<void> {
    const token = handshakeToken(socket.handshake.auth, socket.request);
    this.hold(socket, token, await this.auth.authenticate(token, socket.handshake.address));
  }

  /** Renews the token. Throws 401 for another user or tenant; the caller then closes the socket. */
  async refresh(socket: Socket, token: string): Promise<void> {
    const principal = await this.auth.authenticate(token, socket.handshake.address);
    const before = dataOf(socket).principal;
    if (principal.userId !== before.userId || principal.tenantId !== before.tenantId) throw invalidToken();
    dataOf(socket).unwatch();
    this.hold(socket, token, principal);
  }

  release(socket: Socket): void {
    dataOf(socket).unwatch();
  }

  private hold(socket: Socket, token: string, principal: AuthenticatedPrincipal): void {
    const close = (): void => void socket.disconnect(true);
    const data = dataOf(socket);
    data.principal = principal;
    data.unwatch = this.auth.watch(token, principal, {
      onExpired: close,
      onRefused: close,
      onChanged: (changed) => (data.principal = changed),
    });
  }
}
