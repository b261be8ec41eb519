const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
const SIGNAL_NUMBER = { SIGTERM: 15, SIGINT: 2 };

type Cleanup = () => Promise<void>;
type Signal = (typeof SIGNALS)[number];

interface SignalRules {
  readonly obey?: readonly Signal[];
  readonly ignore?: readonly Signal[];
}

/** What has to be undone when the process ends, in reverse order of what was started. */
export class Lifecycle {
  private readonly cleanups: Cleanup[] = [];
  private ending: Promise<void> | undefined;

  /** True from the first signal on. */
  get isStopping(): boolean {
    return this.ending !== undefined;
  }

  /** Registers what undoes a step; register it before the step has finished, so that a signal meanwhile undoes it. */
  onStop(cleanup: Cleanup): void {
    this.cleanups.push(cleanup);
  }

  /**
   * The first SIGTERM or SIGINT stops in order and exits with 0, the second ends the process at once.
   * In: other signals to obey, and signals to ignore.
   */
  handleSignals({ obey = SIGNALS, ignore = [] }: SignalRules = {}): void {
    for (const signal of ignore) process.on(signal, () => undefined);
    for (const signal of obey) {
      process.on(signal, () => {
        if (this.isStopping) process.exit(128 + SIGNAL_NUMBER[signal]);
        void this.stop().then(
          () => process.exit(0),
          (error: unknown) => {
            process.stderr.write(`The service did not stop in order: ${String(error)}\n`);
            process.exit(1);
          },
        );
      });
    }
  }

  /** Undoes every step; one that fails does not keep the others from being undone. */
  stop(): Promise<void> {
    this.ending ??= this.undoAll();
    return this.ending;
  }

  private async undoAll(): Promise<void> {
    const failures: unknown[] = [];
    for (const cleanup of this.cleanups.reverse()) {
      await cleanup().catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  }
}

/** Waits for `work`, at most `limit` milliseconds; then throws an error that names `what`. */
export async function within<T>(limit: number, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${limit / 1000} s`)), limit);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
