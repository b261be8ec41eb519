import type { Api } from './api.js';
import type { Store } from './store.js';
import type { UserStorage } from './user-storage.js';
import type { Message } from './wire.js';

const WHAT = 'read';

/** Tells the service up to which answer a conversation was read, so that it is unread on no device of the user. */
export class ReadMark {
  private done: readonly Message[] | null = null;
  private sending = false;

  constructor(
    private readonly store: Store,
    private readonly api: Api,
    private readonly storage: UserStorage,
    private readonly watched: () => boolean,
  ) {
    store.subscribe(() => this.look());
  }

  /** Marks what is shown, where somebody sees it. `again`: also where it could not be told of before. */
  look(again = false): void {
    const { identity, sessionId, messages } = this.store.state;
    if (this.sending || !identity || !sessionId || !this.watched()) return;
    if (messages === this.done && !again) return;
    this.done = messages;
    const last = messages.findLast(({ type }) => type !== 'user');
    const kept = this.storage.read(identity, WHAT)?.split(' ') ?? [];
    if (!last || (kept[1] === sessionId && Number(kept[0]) >= last.position)) return;
    this.sending = true;
    this.api
      .change(sessionId, { last_read_position: last.position })
      .then(() => this.storage.write(identity, WHAT, `${last.position} ${sessionId}`))
      .catch(() => undefined)
      .finally(() => {
        this.sending = false;
        this.look();
      });
  }
}
