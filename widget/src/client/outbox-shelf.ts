import { FORGOTTEN } from './chat-error.js';
import type { UserStorage } from './user-storage.js';
import type { ErrorBody, SessionInfo } from './wire.js';

const BEGIN = 'outbox:';
/** Milliseconds after which a question is not sent by itself any more. */
const STALE = 24 * 3_600_000;

/** A question that the service has not confirmed. */
export interface Unsent {
  /** Its client_message_id: the same on every try, so that it is asked once. */
  readonly id: string;
  /** Null until it is known which conversation the user is in. */
  readonly sessionId: string | null;
  readonly content: string;
  /** Milliseconds since 1970, different for each of a tab: the order. */
  readonly at: number;
  readonly context?: Readonly<Record<string, unknown>>;
  /** Of an edited question: the message that it follows as a new branch; null where it begins anew. */
  readonly parentId?: string | null;
  readonly state: 'waiting' | 'failed';
  readonly error: ErrorBody | null;
}

/**
 * The unsent questions of one user, each under a key of its own: tabs share them, and no tab ever overwrites
 * another's. What cannot be stored stays in this page.
 */
export class OutboxShelf {
  private readonly here = new Map<string, { readonly one: Unsent; readonly owner: string | null }>();
  private readonly stored = new Set<string>();
  private who: SessionInfo | null = null;

  constructor(private readonly storage: UserStorage) {}

  /** Oldest first. */
  get all(): Unsent[] {
    const owner = keyOf(this.who);
    return [...this.here.values()]
      .filter((kept) => kept.owner === owner)
      .map(({ one }) => one)
      .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  }

  get owner(): SessionInfo | null {
    return this.who;
  }

  /** It is known who asks; what was written before that is theirs. Another user's is dropped. */
  open(who: SessionInfo): void {
    const early = this.all;
    this.close();
    this.who = who;
    for (const [id, { owner }] of this.here) if (owner !== keyOf(who)) this.here.delete(id);
    for (const one of early) this.put(one);
    this.refresh();
  }

  /** It is not known any more who asks. */
  close(): void {
    for (const id of this.stored) this.here.delete(id);
    this.stored.clear();
    this.who = null;
  }

  put(one: Unsent): void {
    this.here.set(one.id, { one, owner: keyOf(this.who) });
    if (this.who && this.storage.write(this.who, BEGIN + one.id, JSON.stringify(one)))
      this.stored.add(one.id);
  }

  remove(id: string): void {
    this.here.delete(id);
    this.stored.delete(id);
    if (this.who) this.storage.write(this.who, BEGIN + id, null);
  }

  /** Takes over what other tabs changed: new questions, and those that were sent or taken back. */
  refresh(): void {
    if (!this.who) return;
    for (const id of this.stored) this.here.delete(id);
    this.stored.clear();
    for (const one of this.storage.readAll(this.who, BEGIN).flatMap(parse)) {
      this.stored.add(one.id);
      this.here.set(one.id, { one, owner: keyOf(this.who) });
    }
  }
}

const keyOf = (who: SessionInfo | null) => who && JSON.stringify([who.tenant_id, who.user_id]);

function parse(text: string): Unsent[] {
  try {
    const one = JSON.parse(text) as Unsent;
    if (typeof one.id !== 'string' || typeof one.content !== 'string' || typeof one.at !== 'number')
      return [];
    const stale = one.state === 'waiting' && Date.now() - one.at > STALE;
    return [stale ? { ...one, state: 'failed', error: FORGOTTEN } : one];
  } catch {
    return [];
  }
}
