import type { MessageLink } from '../../common/ipc/message-link.js';
import { DRAINED } from '../../common/ipc/supervision.js';

/** Keeps workers that have drained until the others have: their sockets show answers that are made elsewhere. */
export class DrainHub {
  private readonly busy = new Set<MessageLink>();
  private readonly waiting = new Set<() => void>();

  /** In: whether all workers are being stopped; one that stops alone waits for nobody. */
  constructor(private readonly isStopping: () => boolean) {}

  /** Takes a worker in. Out: lets it go. */
  join(link: MessageLink): () => void {
    this.busy.add(link);
    const isDone = (): void => {
      this.busy.delete(link);
      if (this.busy.size > 0) return;
      for (const release of this.waiting) release();
      this.waiting.clear();
    };
    link.on(DRAINED, () => {
      isDone();
      if (this.busy.size === 0 || !this.isStopping()) return;
      return new Promise<void>((resolve) => this.waiting.add(resolve));
    });
    return isDone;
  }
}
