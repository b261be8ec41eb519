import type { Api } from './api.js';
import { ChatError } from './chat-error.js';
import { randomId } from './random-id.js';
import type { Store } from './store.js';
import type { UserStorage } from './user-storage.js';
import type { SessionInfo } from './wire.js';

const PAGE = 50;
const WHAT = 'session';

/** Which conversation is shown: begun, remembered across page loads, read from the service, left. */
export class Conversation {
  /** Counts the looks at the newest messages: what an overtaken one tells is not heeded. */
  private turn = 0;

  constructor(
    private readonly store: Store,
    private readonly api: Api,
    private readonly storage: UserStorage,
  ) {}

  get id(): string | null {
    return this.store.state.sessionId;
  }

  /** Takes up what the user had open on the last page. */
  restore(who: SessionInfo): void {
    const sessionId = this.storage.read(who, WHAT);
    if (sessionId && !this.id) this.store.dispatch({ type: 'session', sessionId });
  }

  /** Begins one. Out: its id. */
  begin(): string {
    const sessionId = randomId();
    this.open(sessionId);
    return sessionId;
  }

  /** Shows another one. */
  open(sessionId: string): void {
    this.store.dispatch({ type: 'session', sessionId });
    this.remember(sessionId);
  }

  /** Leaves it as it is, in the history. */
  leave(): void {
    this.store.dispatch({ type: 'session', sessionId: null });
    this.remember(null);
  }

  /** Reads the newest messages. Out: false where the service has no such conversation and nothing of it was seen. */
  async load(): Promise<boolean> {
    const { messages: before, sessionId } = this.store.state;
    try {
      await this.fetch();
      return true;
    } catch (thrown) {
      if (!(thrown instanceof ChatError) || thrown.status !== 404) throw thrown;
      return this.id !== sessionId || this.store.state.messages !== before;
    }
  }

  async loadEarlier(): Promise<void> {
    const first = this.store.state.messages[0];
    if (first) await this.fetch(first.position);
  }

  private async fetch(before?: number): Promise<void> {
    const sessionId = this.id;
    if (!sessionId) return;
    const { messages: shown } = this.store.state;
    const turn = before === undefined ? ++this.turn : this.turn;
    this.store.dispatch({ type: 'loading', loading: true });
    try {
      const history = await this.api.history(sessionId, PAGE, before);
      if (this.id !== sessionId || turn !== this.turn) return;
      const { messages } = history.session;
      const hasEarlier = messages.length >= PAGE && (messages[0]?.position ?? 1) > 1;
      const earlier = before !== undefined;
      this.store.dispatch({ type: 'history', messages, hasEarlier, earlier, before: shown });
      if (history.active_run) this.store.dispatch({ type: 'followed', active: history.active_run });
    } finally {
      this.store.dispatch({ type: 'loading', loading: false });
    }
  }

  private remember(sessionId: string | null): void {
    const { identity } = this.store.state;
    if (identity) this.storage.write(identity, WHAT, sessionId);
  }
}
