import type { MessageLink } from './message-link.js';

/** A worker asks, once it has drained, to be told when all have. */
export const DRAINED = 'worker/drained';

/** What this process knows of the supervisor that started it. */
export class Supervision {
  /** A process that stands alone. */
  static readonly none = new Supervision(undefined, undefined);

  constructor(
    /** To the supervisor; undefined where there is none. */
    readonly link: MessageLink | undefined,
    /** What demo tokens are signed with by all workers. */
    readonly demoSecret: string | undefined,
  ) {}

  /**
   * Says that this process has drained and waits until the other workers of the service have, at most `limitMs`:
   * until then its sockets show answers that are made there.
   */
  async allDrained(limitMs: number): Promise<void> {
    await this.link?.ask(DRAINED, null, limitMs);
  }
}
