import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import { normalizeIp } from '@nestjs/throttler';
import { ClientAddress } from '../../auth/client-address.js';
import type { Principal } from '../../auth/principal.js';
import { compositeKey } from '../../common/ids.js';
import { OpenPlaces } from '../../common/open-places.js';
import { OriginPolicy } from '../../common/sockets/origin-policy.js';
import { ServerConfig, SocketConfig } from '../../config/config.js';
import { ConnectionCounter, type SocketTransport } from '../../monitoring/metrics/connection-counter.js';
import { rateLimited } from '../../usage/rate-limiter.service.js';

/** Seconds after which a user without a place may try again. */
const RETRY_AFTER = 10;

/** Which sockets come in, the same for both transports: by origin and address before any token is read, then by user. */
@Injectable()
export class AdmissionService {
  private readonly origins: OriginPolicy;
  private readonly ofAddress: OpenPlaces;
  private readonly ofUser: OpenPlaces;

  constructor(
    private readonly config: SocketConfig,
    private readonly connections: ConnectionCounter,
    private readonly addresses: ClientAddress,
    server: ServerConfig,
  ) {
    this.origins = new OriginPolicy(server.corsOrigins);
    this.ofAddress = new OpenPlaces(config.maxPerAddress);
    this.ofUser = new OpenPlaces(config.maxPerUser);
  }

  /**
   * In: an upgrade. Out: the status to refuse it with; undefined where it may go on: it is then counted, in all and
   * for its address, from its first byte until its connection closes.
   */
  refusalOf(upgrade: IncomingMessage, transport: SocketTransport): 403 | 429 | 503 | undefined {
    if (!this.origins.allows(upgrade.headers.origin, upgrade.headers.host)) return 403;
    if (this.connections.total >= this.config.maxConnections) return 503;
    const leave = this.ofAddress.take(normalizeIp(this.addresses.of(upgrade)));
    if (!leave) return 429;
    this.connections.inc(transport);
    untilClosed(upgrade, () => {
      leave();
      this.connections.dec(transport);
    });
    return undefined;
  }

  /** Gives a user a place until the connection closes. Throws RATE_LIMITED where he has none left. */
  admit({ tenantId, userId }: Principal, upgrade: IncomingMessage): void {
    const leave = this.ofUser.take(compositeKey(tenantId, userId));
    if (!leave) {
      const limit = this.config.maxPerUser;
      throw rateLimited(
        `You have ${limit} connections open, which is the limit. Close one, then connect again.`,
        limit,
        RETRY_AFTER,
      );
    }
    untilClosed(upgrade, leave);
  }
}

function untilClosed({ socket }: IncomingMessage, leave: () => void): void {
  if (socket.destroyed) leave();
  else socket.once('close', leave);
}
