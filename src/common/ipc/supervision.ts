import type { MessageLink } from './message-link.js';

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
}
