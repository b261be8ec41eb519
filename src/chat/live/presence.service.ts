import { Injectable } from '@nestjs/common';
import type { Principal } from '../../auth/principal.js';
import { compositeKey } from '../../common/ids.js';
import { ChatConfig } from '../../config/config.js';
import { LiveService } from './live.service.js';

/** Counts the connected devices of each user on this node, over all socket transports, and tells them. */
@Injectable()
export class PresenceService {
  private readonly devices = new Map<string, number>();

  constructor(
    private readonly live: LiveService,
    private readonly config: ChatConfig,
  ) {}

  /** A device has come; the returned function says that it has gone. */
  arrive(principal: Principal): () => void {
    this.change(principal, 1);
    let here = true;
    return () => {
      if (here) this.change(principal, -1);
      here = false;
    };
  }

  countOf(principal: Principal): number {
    return this.devices.get(keyOf(principal)) ?? 0;
  }

  private change(principal: Principal, by: 1 | -1): void {
    const devices = this.countOf(principal) + by;
    if (devices > 0) this.devices.set(keyOf(principal), devices);
    else this.devices.delete(keyOf(principal));
    if (this.config.typing) this.live.tellUser(principal, { kind: 'presence', devices });
  }
}

function keyOf(principal: Principal): string {
  return compositeKey(principal.tenantId, principal.userId);
}
