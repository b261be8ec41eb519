import type { MessageLink } from '../../common/ipc/message-link.js';

/** One worker as its supervisor sees it. */
export interface WorkerProcess {
  readonly pid: number;
  readonly link: MessageLink;
  kill(signal: NodeJS.Signals): void;
  /** Calls `listener` once, when the process is gone, with how it ended. */
  onExit(listener: (reason: string) => void): void;
}

/** Kinds of messages between a worker and its supervisor about the worker itself. */
export const WORKER = {
  /** The worker asks what to be: answered with `Orders`. */
  hello: 'worker/hello',
  /** The worker serves, on this port. */
  ready: 'worker/ready',
  /** The worker cannot start, for this reason in words. */
  failed: 'worker/failed',
} as const;
