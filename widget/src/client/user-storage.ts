import type { SessionInfo } from './wire.js';

const PREFIX = 'bizosaas-chat';

/** The part of the Web Storage API that is used. */
export type KeyValue = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

/** `{prefix}:{api}:{tenant}:{user}:{what}`, each encoded, so that no two ever meet. */
export function storageKey(apiUrl: string, tenant: string, user: string, what: string): string {
  return [PREFIX, ...[apiUrl, tenant, user, what].map(encodeURIComponent)].join(':');
}

/** What one user keeps in this browser. Works, forgetful, where storage is blocked or full. */
export class UserStorage {
  constructor(
    private readonly apiUrl: string,
    private readonly storage: KeyValue | undefined,
  ) {}

  read(who: SessionInfo, what: string): string | null {
    return this.guarded((storage) => storage.getItem(this.key(who, what))) ?? null;
  }

  /** Keeps the value; null forgets it. Out: whether it is kept. */
  write(who: SessionInfo, what: string, value: string | null): boolean {
    const done = this.guarded((storage) => {
      if (value === null) storage.removeItem(this.key(who, what));
      else storage.setItem(this.key(who, what), value);
      return true;
    });
    return done ?? false;
  }

  /** The values under all names that begin so. */
  readAll(who: SessionInfo, begin: string): string[] {
    const keys = this.keys(this.key(who, begin));
    return keys.flatMap((key) => this.guarded((storage) => storage.getItem(key)) ?? []);
  }

  /** True where something of any user of this service is kept. */
  any(): boolean {
    return this.keys(`${PREFIX}:${encodeURIComponent(this.apiUrl)}:`).length > 0;
  }

  /** Nothing of this user is kept any more. */
  forget(who: SessionInfo): void {
    for (const key of this.keys(this.key(who, ''))) this.guarded((storage) => storage.removeItem(key));
  }

  private keys(begin: string): string[] {
    const all = this.guarded((storage) =>
      Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? ''),
    );
    return (all ?? []).filter((key) => key.startsWith(begin));
  }

  private key(who: SessionInfo, what: string): string {
    return storageKey(this.apiUrl, who.tenant_id, who.user_id, what);
  }

  private guarded<T>(use: (storage: KeyValue) => T): T | undefined {
    try {
      return this.storage && use(this.storage);
    } catch {
      return undefined;
    }
  }
}
