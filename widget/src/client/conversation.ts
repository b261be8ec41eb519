import type { Api } from './api.js';
import { ChatError } from './chat-error.js';
import { randomId } from './random-id.js';
import type { SessionMemory } from './session-memory.js';
import type { Store } from './store.js';
import type { SessionInfo } from './wire.js';

const PAGE = 50;

/** Which conversation is shown: begun, remembered across page loads, read from the service, left. */
export class Conversation {
  constructor(
    private readonly store: Store,
    private readonly api: Api,
    private readonly memory: SessionMemory,
  ) {}

  get id(): string | null {
    return this.store.state.sessionId;
  }

  /** Takes up what the user had open on the last page. */
  restore(who: SessionInfo): void {
    const sessionId = this.memory.read(who);
    if (sessionId && !this.id) this.switchTo(sessionId);
  }

  /** Begins one for the questions that wait. Out: its id. */
  begin(): string {
    const sessionId = randomId();
    this.switchTo(sessionId);
    this.remember(sessionId);
    return sessionId;
  }

  /** Leaves it as it is, in the history; questions that were never taken are dropped with the view. */
  leave(): void {
    this.store.dispatch({ type: 'session', sessionId: null });
    this.remember(null);
  }

  forget(who: SessionInfo): void {
    this.memory.write(who, null);
  }

  /** Reads the newest messages. One that the service does not know yet, or any more, is empty. */
  async load(): Promise<void> {
    const before = this.store.state.messages;
    try {
      await this.fetch();
    } catch (thrown) {
      if (!(thrown instanceof ChatError) || thrown.status !== 404) throw thrown;
      const { messages, outgoing } = this.store.state;
      if (messages !== before) return;
      if (outgoing.length === 0) this.leave();
      else if (messages.length > 0) this.begin();
    }
  }

  async loadEarlier(): Promise<void> {
    const first = this.store.state.messages[0];
    if (first) await this.fetch(first.position);
  }

  private async fetch(before?: number): Promise<void> {
    const sessionId = this.id;
    if (!sessionId) return;
    this.store.dispatch({ type: 'loading', loading: true });
    try {
      const history = await this.api.history(sessionId, PAGE, before);
      if (this.id !== sessionId) return;
      const { messages } = history.session;
      const hasEarlier = messages.length >= PAGE && (messages[0]?.position ?? 1) > 1;
      this.store.dispatch({ type: 'history', messages, hasEarlier, earlier: before !== undefined });
      if (history.active_run) this.store.dispatch({ type: 'followed', active: history.active_run });
    } finally {
      this.store.dispatch({ type: 'loading', loading: false });
    }
  }

  private switchTo(sessionId: string): void {
    const { outgoing } = this.store.state;
    this.store.dispatch({ type: 'session', sessionId });
    for (const one of outgoing) this.store.dispatch({ type: 'sending', outgoing: one });
  }

  private remember(sessionId: string | null): void {
    const { identity } = this.store.state;
    if (identity) this.memory.write(identity, sessionId);
  }
}
