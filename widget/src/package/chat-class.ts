import type { ChatEvent, ChatOptions } from '../loader/panel-contract.js';

/** One widget on the page. */
export interface Chat {
  open(): void;
  close(): void;
  toggle(): void;
  /** Asks a question, as soon as there is a connection. */
  send(text: string): void;
  /** A renewed token; another user's wipes what is shown and stored. */
  setToken(token: string): void;
  setContext(context: Readonly<Record<string, unknown>>): void;
  /** Out: a function that ends the listening. */
  on(event: ChatEvent, handler: (data: unknown) => void): () => void;
  off(event: ChatEvent, handler?: (data: unknown) => void): void;
  /** Takes the widget off the page. The conversation stays in the history. */
  destroy(): void;
}

/** The class that the service's script gives: there is one widget on a page, and a second call goes on with it. */
export type ChatClass = new (options?: ChatOptions) => Chat;
