import type { ChatError } from './chat-error.js';
import type { AnswerEvent, Message } from './wire.js';

/** What a connection tells its owner. */
export interface TransportListener {
  up(): void;
  /** Lost; `again` says whether it is being built up anew. */
  down(again: boolean): void;
  /** The service refused the connection; nothing is tried until `connect` is called again. */
  refused(error: ChatError): void;
  answer(event: AnswerEvent): void;
  created(message: Message): void;
  typing(sessionId: string, isTyping: boolean): void;
  deleted(sessionId: string): void;
}

/** A live connection to the service. */
export interface Transport {
  readonly connected: boolean;
  connect(): void;
  /** Resolves with the acknowledgement; rejects with ChatError, status 0 when no answer came. */
  request<T>(event: string, payload: object): Promise<T>;
  /** Ends the connection for good. */
  close(): void;
}

export type TransportFactory = (listener: TransportListener) => Transport;
