import { ChatError, FORGOTTEN } from './chat-error.js';
import type { Connection } from './connection.js';
import type { Exclusively } from './exclusively.js';
import type { OutboxShelf, Unsent } from './outbox-shelf.js';
import { randomId } from './random-id.js';
import { Retry } from './retry.js';
import type { Store } from './store.js';
import type { SendAck } from './wire.js';

const PAUSES = { first: 1_000, most: 20_000 };
/** Milliseconds that the tab in which a question was asked has to send it before another one does. */
const GRACE = 3_000;

export interface OutboxHost {
  /** The id of the conversation, made when there is none yet. */
  sessionId(): string;
  /** A new conversation in place of one that is gone. Out: its id. */
  begin(): string;
  context(): Readonly<Record<string, unknown>> | undefined;
  /** Told of every confirmed question, and whether it is a new version of another one. */
  sent(ack: SendAck, edited: boolean): void;
  /** Told of every refusal, after it was put into the state. */
  refused(error: ChatError): void;
  /** A question that was shown as waiting was sent by another tab, or taken back there. */
  gone(): void;
}

/**
 * Questions on their way, one at a time in the order in which they were asked. Each keeps its client_message_id until
 * it is confirmed or refused for good, over connections, page loads and tabs, so that none is lost or asked twice.
 */
export class Outbox {
  private readonly again = new Retry(() => this.flush(), PAUSES);
  private busy = false;
  private last = 0;

  constructor(
    private readonly store: Store,
    private readonly connection: Connection,
    private readonly shelf: OutboxShelf,
    private readonly exclusively: Exclusively,
    private readonly host: OutboxHost,
  ) {}

  /** Shows the question and sends it, now or as soon as there is a connection. `parentId`: as a new branch after it. */
  add(content: string, parentId?: string | null): void {
    const context = this.host.context();
    this.shelf.put({
      id: randomId(),
      sessionId: this.shelf.owner && this.host.sessionId(),
      content,
      at: this.stamp(),
      ...(context ? { context } : {}),
      ...(parentId === undefined ? {} : { parentId }),
      state: 'waiting',
      error: null,
    });
    this.publish();
    if (!this.again.waiting) this.flush();
  }

  /** Tries a question again at once, as the same one. */
  retry(id: string): void {
    const known = this.shelf.all.find((one) => one.id === id);
    if (!known) return;
    const at = known.error?.code === FORGOTTEN.code ? this.stamp() : known.at;
    this.shelf.put({ ...known, at, state: 'waiting', error: null });
    this.publish();
    this.again.settled();
    this.flush();
  }

  discard(id: string): void {
    this.shelf.remove(id);
    this.publish();
  }

  /** The conversation is left: what was refused in it goes, what waits is still sent. */
  leave(sessionId: string): void {
    for (const one of this.shelf.all)
      if (one.state === 'failed' && one.sessionId === sessionId) this.shelf.remove(one.id);
    this.publish();
  }

  /** The service has no such conversation any more: its questions go to a new one. Out: whether there were any. */
  moveFrom(gone: string): boolean {
    const lost = this.shelf.all.filter((one) => one.sessionId === gone);
    if (lost.length === 0) return false;
    const sessionId = this.store.state.sessionId === gone ? this.host.begin() : randomId();
    for (const { parentId: _, ...one } of lost) this.shelf.put({ ...one, sessionId });
    this.publish();
    return true;
  }

  /** Shows what waits in the conversation that is shown. */
  publish(): void {
    const { sessionId } = this.store.state;
    const shown = this.shelf.all.filter((one) => one.sessionId === null || one.sessionId === sessionId);
    this.store.dispatch({ type: 'outbox', outgoing: shown.map(toOutgoing) });
  }

  /** It is known who asks and in which conversation. */
  settle(): void {
    for (const one of this.shelf.all)
      if (one.sessionId === null) this.shelf.put({ ...one, sessionId: this.host.sessionId() });
    this.publish();
  }

  /** Another tab changed something; what it does not send in time is sent from here. */
  refresh(): void {
    this.look();
    if (this.next() && !this.busy && !this.again.waiting) this.again.later(GRACE);
  }

  /** Sends what waits, oldest first. */
  flush(): void {
    if (this.busy || !this.connection.connected || !this.next()) return;
    this.again.stop();
    this.busy = true;
    const user = this.shelf.owner!;
    void this.exclusively(`bizosaas-chat:${user.tenant_id}:${user.user_id}`, () => this.deliverAll())
      .catch(() => this.again.later())
      .finally(() => {
        this.busy = false;
        if (!this.again.waiting) this.flush();
      });
  }

  stop(): void {
    this.again.settled();
  }

  /** Now, and later than every question before. */
  private stamp(): number {
    const last = this.shelf.all.at(-1)?.at ?? 0;
    return (this.last = Math.max(Date.now(), this.last + 1, last + 1));
  }

  private async deliverAll(): Promise<void> {
    this.look();
    for (let one = this.next(); one && this.connection.connected; one = this.next()) {
      if (!(await this.deliver(one))) return;
      this.look();
    }
  }

  /** Takes over what other tabs did meanwhile. */
  private look(): void {
    const before = this.store.state.outgoing;
    this.shelf.refresh();
    this.publish();
    const left = new Set(this.shelf.all.map(({ id }) => id));
    if (before.some(({ clientMessageId }) => !left.has(clientMessageId))) this.host.gone();
  }

  private next(): (Unsent & { readonly sessionId: string }) | undefined {
    if (!this.shelf.owner) return undefined;
    return this.shelf.all.find(
      (one): one is Unsent & { sessionId: string } => one.state === 'waiting' && one.sessionId !== null,
    );
  }

  /** Out: whether the next one may go. */
  private async deliver(one: Unsent & { readonly sessionId: string }): Promise<boolean> {
    const { owner } = this.shelf;
    const payload = {
      session_id: one.sessionId,
      content: one.content,
      client_message_id: one.id,
      ...(one.context ? { context: one.context } : {}),
      ...(one.parentId === undefined ? {} : { parent_id: one.parentId }),
    };
    try {
      const ack = await this.connection.request<SendAck>('message:send', payload);
      if (this.shelf.owner === owner) this.confirmed(one, ack);
      return this.shelf.owner === owner;
    } catch (thrown) {
      if (!(thrown instanceof ChatError)) throw thrown;
      return this.shelf.owner === owner && this.failed(one, thrown);
    }
  }

  private confirmed(one: Unsent, ack: SendAck): void {
    this.again.settled();
    this.shelf.remove(one.id);
    if (ack.session_id === this.store.state.sessionId)
      this.store.dispatch({ type: 'sent', clientMessageId: one.id, message: ack.message, runId: ack.run_id });
    this.host.sent(ack, one.parentId !== undefined);
  }

  /** Without an answer, or with one that passes, the question stays and goes out again; a refusal is shown. */
  private failed(one: Unsent, error: ChatError): boolean {
    if (error.code === 'CHAT_SESSION_NOT_FOUND') return this.moveFrom(one.sessionId!);
    const stays = error.isPassing || error.status === 401;
    const still = this.shelf.all.some(({ id }) => id === one.id);
    const reason = error.status === 0 || error.status === 401 ? null : error.body;
    if (still) this.shelf.put({ ...one, state: stays ? 'waiting' : 'failed', error: reason });
    this.publish();
    if (!stays || error.status === 401) this.host.refused(error);
    if (stays && this.connection.connected) this.again.later((error.retryAfter ?? 0) * 1000);
    return !stays;
  }
}

const toOutgoing = ({ id, content, at, state, error, parentId }: Unsent) => ({
  clientMessageId: id,
  ...(parentId === undefined ? {} : { parentId }),
  content,
  at: new Date(at).toISOString(),
  state,
  error,
});
