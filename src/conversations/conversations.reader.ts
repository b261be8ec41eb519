import type { Principal } from '../auth/principal.js';

/** One earlier message on the path to a question. */
export interface PastMessage {
  readonly role: 'user' | 'assistant';
  readonly content: string;
  /** Its position in the session; larger ones came later. */
  readonly place: number;
  /** When it was said: milliseconds since 1970. */
  readonly at: number;
}

/** What memory asks of conversations. */
export abstract class ConversationsReader {
  /**
   * The messages before a question on its own branch, oldest first, complete and partial answers only.
   * Never sees what came after the question. In: `limit`, at most how many, the newest being kept.
   */
  abstract messagesBefore(
    principal: Principal,
    sessionId: string,
    questionId: string,
    limit: number,
  ): Promise<PastMessage[]>;
}
