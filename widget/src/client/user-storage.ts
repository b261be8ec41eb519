import type { SessionInfo } from './wire.js';

const PREFIX = 'bizosaas-chat';

/** The part of the Web Storage API that is used. */
export type KeyValue = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

/** `{prefix}:{api}:{tenant}:{user}:{what}`, each encoded, so that no two ever meet. */
export function storageKey(apiUrl: string, tenant: string, user: string, what: string): string {
  return [PREFIX, ...[apiUrl, tenant, user, what].map(encodeURIComponent)].join(':');
}

/** Remembers the running conversation of each user across page loads. Works, forgetful, where storage is blocked. */
export class SessionMemory {
  constructor(
    private readonly apiUrl: string,
    private readonly storage: KeyValue | undefined,
  ) {}

  /** The id of the user's conversation, or null. */
  read(who: SessionInfo): string | null {
    try {
      return this.storage?.getItem(this.key(who)) ?? null;
    } catch {
      return null;
    }
  }

  /** Keeps the id; null forgets it. */
  write(who: SessionInfo, sessionId: string | null): void {
    try {
      if (sessionId === null) this.storage?.removeItem(this.key(who));
      else this.storage?.setItem(this.key(who), sessionId);
    } catch {
      return;
    }
  }

  /** True where a conversation of any user of this service is kept. */
  any(): boolean {
    try {
      const prefix = `${PREFIX}:${encodeURIComponent(this.apiUrl)}:`;
      const count = this.storage?.length ?? 0;
      for (let index = 0; index < count; index += 1)
        if (this.storage?.key(index)?.startsWith(prefix)) return true;
      return false;
    } catch {
      return false;
    }
  }

  private key(who: SessionInfo): string {
    return storageKey(this.apiUrl, who.tenant_id, who.user_id, 'session');
  }
}
