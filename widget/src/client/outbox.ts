import { ChatError } from './chat-error.js';
import { randomId } from './random-id.js';
import type { Store } from './store.js';
import type { Transport } from './transport.js';
import type { SendAck } from './wire.js';

export interface OutboxHost {
  /** The id of the conversation, made when there is none yet. */
  sessionId(): string;
  context(): Readonly<Record<string, unknown>> | undefined;
  /** Told of every confirmed question. */
  sent(ack: SendAck): void;
  /** Told of every refusal, after it was put into the state. */
  refused(error: ChatError, clientMessageId: string): void;
}

/** Questions on their way. Each keeps its client_message_id until it is confirmed, so that none is asked twice. */
export class Outbox {
  private readonly inFlight = new Set<string>();

  constructor(
    private readonly store: Store,
    private readonly transport: () => Transport,
    private readonly host: OutboxHost,
  ) {}

  /** Shows the question and sends it, now or as soon as there is a connection. */
  add(content: string): void {
    this.dispatchSending(randomId(), content, new Date().toISOString());
    this.flush();
  }

  /** Sends a refused question again, as the same one. */
  again(clientMessageId: string): void {
    const known = this.store.state.outgoing.find((one) => one.clientMessageId === clientMessageId);
    if (!known) return;
    this.dispatchSending(clientMessageId, known.content, known.at);
    this.flush();
  }

  /** Sends what waits, oldest first. */
  flush(): void {
    if (!this.transport().connected) return;
    for (const one of this.store.state.outgoing) {
      if (one.state === 'sending' && !this.inFlight.has(one.clientMessageId)) {
        void this.deliver(one.clientMessageId, one.content);
      }
    }
  }

  private dispatchSending(clientMessageId: string, content: string, at: string): void {
    const outgoing = { clientMessageId, content, at, state: 'sending', error: null } as const;
    this.store.dispatch({ type: 'sending', outgoing });
  }

  private async deliver(clientMessageId: string, content: string): Promise<void> {
    this.inFlight.add(clientMessageId);
    const context = this.host.context();
    const payload = {
      session_id: this.host.sessionId(),
      content,
      client_message_id: clientMessageId,
      ...(context ? { context } : {}),
    };
    try {
      const ack = await this.transport().request<SendAck>('message:send', payload);
      this.inFlight.delete(clientMessageId);
      if (!this.isWaiting(clientMessageId)) return;
      this.store.dispatch({ type: 'sent', clientMessageId, message: ack.message, runId: ack.run_id });
      this.host.sent(ack);
    } catch (thrown) {
      this.inFlight.delete(clientMessageId);
      this.failed(clientMessageId, thrown);
    }
  }

  /** Without an answer the question stays and goes out again; a refusal is shown. */
  private failed(clientMessageId: string, thrown: unknown): void {
    if (!(thrown instanceof ChatError)) throw thrown;
    if (!this.isWaiting(clientMessageId)) return;
    if (thrown.status === 0) {
      this.flush();
      return;
    }
    this.store.dispatch({ type: 'send_failed', clientMessageId, error: thrown.body });
    this.host.refused(thrown, clientMessageId);
  }

  private isWaiting(clientMessageId: string): boolean {
    return this.store.state.outgoing.some((one) => one.clientMessageId === clientMessageId);
  }
}
