import type { ChatClient } from '../../client/chat-client.js';

/** What the list of conversations needs of the panel. */
export interface SessionsProps {
  readonly client: ChatClient;
  readonly locale: string | undefined;
  /** The conversation that the panel shows. */
  readonly openId: string | null;
  onOpen(sessionId: string): void;
  onNew(): void;
  onClose(): void;
}
