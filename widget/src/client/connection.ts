import type { ChatError } from './chat-error.js';
import { Retry } from './retry.js';
import type { Store } from './store.js';
import type { Incoming, Transport, TransportFactory } from './transport.js';

const PAUSES = { first: 1_000, most: 20_000 };
/** Failed tries after which the user is told more than that it takes a moment. */
const TRIES_UNTOLD = 3;
/** Milliseconds in which a living connection answers. */
const PROBE = 4_000;

export interface ConnectionOwner extends Incoming {
  up(): void;
  /** The service lets nobody in with this token: nothing is tried until `open`. */
  shutOut(error: ChatError): void;
}

/** One live connection that comes back by itself: after growing random pauses, when told to, and when woken. */
export class Connection {
  private transport: Transport;
  private readonly again = new Retry(() => this.transport.connect(), PAUSES);
  private wanted = false;
  /** Milliseconds that a service about to go asked to wait before coming back. */
  private comeBackIn = 0;

  constructor(
    private readonly make: TransportFactory,
    private readonly store: Store,
    private readonly owner: ConnectionOwner,
  ) {
    this.transport = this.newTransport();
  }

  get connected(): boolean {
    return this.transport.connected;
  }

  request<T>(event: string, payload: object, patience?: number): Promise<T> {
    return this.transport.request<T>(event, payload, patience);
  }

  /** Connects now, and again whenever the connection is lost. */
  open(): void {
    this.wanted = true;
    this.again.stop();
    if (!this.connected) this.transport.connect();
  }

  /** Ends it, and with it what its former user might still hear. */
  close(): void {
    this.wanted = false;
    this.again.settled();
    this.comeBackIn = 0;
    this.transport.close();
    this.transport = this.newTransport();
  }

  /** The network came back or the page was looked at again: finds out at once whether the connection lives. */
  wake(): void {
    if (!this.wanted) return;
    if (!this.connected) {
      this.again.settled();
      this.transport.connect();
      return;
    }
    const { sessionId } = this.store.state;
    if (sessionId) this.request('session:join', { session_id: sessionId }, PROBE).catch(() => undefined);
  }

  private newTransport(): Transport {
    const current = (run: () => void) => {
      if (this.transport === transport) run();
    };
    const transport: Transport = this.make({
      up: () => current(() => this.up()),
      down: () => current(() => this.lost()),
      refused: (error) => current(() => this.refused(error)),
      draining: (retryAfter) => current(() => (this.comeBackIn = retryAfter)),
      answer: (event) => current(() => this.owner.answer(event)),
      created: (message) => current(() => this.owner.created(message)),
      typing: (sessionId, isTyping) => current(() => this.owner.typing(sessionId, isTyping)),
      updated: (session) => current(() => this.owner.updated(session)),
      deleted: (sessionId) => current(() => this.owner.deleted(sessionId)),
    });
    return transport;
  }

  private up(): void {
    this.again.settled();
    this.comeBackIn = 0;
    this.store.dispatch({ type: 'status', status: 'online' });
    this.owner.up();
  }

  private lost(wait = this.comeBackIn): void {
    if (!this.wanted) return;
    const status = this.again.tries < TRIES_UNTOLD ? 'reconnecting' : 'offline';
    this.store.dispatch({ type: 'status', status });
    this.comeBackIn = 0;
    this.again.later(wait);
  }

  private refused(error: ChatError): void {
    if (error.isFinal) this.owner.shutOut(error);
    else this.lost((error.retryAfter ?? 0) * 1000);
  }
}
