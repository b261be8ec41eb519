import type { AuthService } from '../../auth/auth.service.js';
import type { AuthenticatedPrincipal } from '../../auth/principal.js';
import { SocketIdentity } from './socket-identity.js';

const principal = { tenantId: 't', userId: 'u', role: 'user', email: null, tokenExpiresAt: 0 } as const;

describe('SocketIdentity', () => {
  it('watches nobody behind a socket that left while its token was renewed', async () => {
    const watched = new Set<symbol>();
    const auth = {
      authenticate: (): Promise<AuthenticatedPrincipal> => Promise.resolve(principal),
      watch: () => {
        const one = Symbol('watch');
        watched.add(one);
        return () => void watched.delete(one);
      },
    };
    const addresses = { of: () => '192.0.2.1' };
    const identity = new SocketIdentity(auth as unknown as AuthService, addresses as never, {} as never);
    const socket = {
      data: { token: 'old', principal, unwatch: () => undefined },
      disconnected: false,
      disconnect: () => undefined,
    };
    identity.watch(socket as never);
    expect(watched.size).toBe(1);
    await identity.refresh(socket as never, 'new');
    expect(watched.size).toBe(1);
    identity.release(socket as never);
    socket.disconnected = true;
    await identity.refresh(socket as never, 'newer');
    expect(watched.size).toBe(0);
  });
});
