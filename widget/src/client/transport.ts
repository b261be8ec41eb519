import type { ChatError } from './chat-error.js';
import type { AnswerEvent, Message, SessionSummary } from './wire.js';

/** What comes over a connection. */
export interface Incoming {
  answer(event: AnswerEvent): void;
  created(message: Message): void;
  typing(sessionId: string, isTyping: boolean): void;
  /** A conversation was changed, or something was said in it. */
  updated(session: SessionSummary): void;
  deleted(sessionId: string): void;
}

/** What a connection tells its owner. */
export interface TransportListener extends Incoming {
  up(): void;
  /** Lost, or not built up; nothing is tried until `connect` is called again. */
  down(): void;
  /** The service refused the connection; nothing is tried until `connect` is called again. */
  refused(error: ChatError): void;
  /** The service is about to end the connection, and can be reached again after these milliseconds. */
  draining(retryAfter: number): void;
}

/** A live connection to the service. */
export interface Transport {
  readonly connected: boolean;
  connect(): void;
  /**
   * Resolves with the acknowledgement; rejects with ChatError, status 0 when no answer came within `patience`
   * milliseconds. A connection over which nothing came meanwhile is ended: it is dead, whatever the network says.
   */
  request<T>(event: string, payload: object, patience?: number): Promise<T>;
  /** Ends the connection for good. */
  close(): void;
}

export type TransportFactory = (listener: TransportListener) => Transport;
