import { ChatClient } from '../client/chat-client.js';
import { SocketTransport } from '../client/socket-transport.js';
import { type GetToken, TokenSource } from '../client/token-source.js';

export { ChatClient } from '../client/chat-client.js';
export { ChatError } from '../client/chat-error.js';
export type { KeyValue } from '../client/user-storage.js';
export type { ChatState } from '../state/chat-state.js';
export { type Entry, entriesOf } from '../state/entries.js';

/** How a program without a view takes part. */
export interface ConnectOptions {
  /** Base URL of the service. */
  readonly apiUrl: string;
  readonly authToken?: string;
  /** Asked for a token at the start and before each one ends. */
  readonly getToken?: GetToken;
  /** Keeps unsent questions and the conversation beyond this process, such as `localStorage`; otherwise nothing is kept. */
  readonly storage?: ConstructorParameters<typeof ChatClient>[0]['storage'];
}

/**
 * The conversation without a view, for browsers and Node: exactly-once sends, resumed answers, an outbox. Call `start`
 * to connect, `send` to ask, `destroy` to leave; `store` holds the state, `events` tells of `answer` and the rest.
 */
export function createChat({ apiUrl, authToken, getToken, storage }: ConnectOptions): ChatClient {
  const base = apiUrl.replace(/\/+$/, '');
  const tokens = new TokenSource(authToken, getToken);
  return new ChatClient({
    apiUrl: base,
    tokens,
    transport: (listener) => new SocketTransport(base, tokens, listener),
    fetch: (input, init) => fetch(input, init),
    ...(storage ? { storage } : {}),
  });
}
