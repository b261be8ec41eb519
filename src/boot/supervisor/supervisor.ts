import type { WorkerProcess } from './worker-process.js';
import { WORKER } from './worker-process.js';

/** Failures to start in a row, with no worker serving, after which the service gives up. */
const START_ATTEMPTS = 3;
const SHORTEST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 30_000;
/** Milliseconds that a worker has to serve before its next end counts as the first. */
const STABLE_AFTER_MS = 60_000;
/** Milliseconds that workers get to drain; they stop themselves within 25 s. */
const STOP_LIMIT_MS = 28_000;

export interface SupervisorOptions {
  readonly workers: number;
  readonly start: () => WorkerProcess;
  /** Connects a new worker with everything that workers share. Out: disconnects it. */
  readonly connect: (worker: WorkerProcess) => () => void;
  readonly log: (line: string) => void;
  /** Called with the reason when no worker serves any more and none can be started. */
  readonly giveUp: (reason: Error) => void;
}

/** The place of one worker: who sits there, and how often in a row one had to be replaced. */
interface Seat {
  worker: WorkerProcess | undefined;
  ready: boolean;
  ends: number;
  timer: NodeJS.Timeout | undefined;
}

/** Keeps a number of workers running: starts them, starts them again when they end, and stops them. */
export class Supervisor {
  private readonly seats: Seat[];
  private onFirst: (port: number) => void = () => undefined;
  private abandon: (reason: Error) => void;
  private failures = 0;
  private stopping = false;
  private restarts = 0;

  constructor(private readonly options: SupervisorOptions) {
    this.seats = Array.from({ length: options.workers }, () => ({
      worker: undefined,
      ready: false,
      ends: 0,
      timer: undefined,
    }));
    this.abandon = options.giveUp;
  }

  /** How many workers were started in the place of one that ended. */
  get restartCount(): number {
    return this.restarts;
  }

  get workers(): WorkerProcess[] {
    return this.seats.flatMap(({ worker }) => worker ?? []);
  }

  /** Starts the workers. Out: the port, once one of them serves. Throws with the sentence of a worker that cannot start. */
  async run(): Promise<number> {
    const first = new Promise<number>((resolve, reject) => {
      this.onFirst = resolve;
      this.abandon = reject;
    });
    for (const seat of this.seats) this.fill(seat);
    const port = await first;
    this.abandon = this.options.giveUp;
    return port;
  }

  /** Lets every worker drain and end; the first call counts. Whoever takes too long is killed. */
  async stop(): Promise<void> {
    this.stopping = true;
    const ends = this.seats.map((seat) => {
      clearTimeout(seat.timer);
      return new Promise<void>((resolve) => (seat.worker ? seat.worker.onExit(() => resolve()) : resolve()));
    });
    for (const worker of this.workers) worker.kill('SIGTERM');
    const late = setTimeout(() => this.kill(), STOP_LIMIT_MS);
    await Promise.all(ends);
    clearTimeout(late);
  }

  /** Ends every worker at once. */
  kill(): void {
    this.stopping = true;
    for (const worker of this.workers) worker.kill('SIGKILL');
  }

  private fill(seat: Seat): void {
    if (this.stopping) return;
    const worker = this.options.start();
    const startedAt = performance.now();
    let sentence: string | undefined;
    seat.worker = worker;
    seat.ready = false;
    const disconnect = this.options.connect(worker);
    worker.link.on<number>(WORKER.ready, (port) => this.onReady(seat, port));
    worker.link.on<string>(WORKER.failed, (reason) => (sentence = reason));
    worker.onExit((reason) => {
      disconnect();
      seat.worker = undefined;
      if (this.stopping) return;
      if (performance.now() - startedAt > STABLE_AFTER_MS) seat.ends = 0;
      this.onEnd(seat, worker.pid, sentence ?? reason);
    });
  }

  private onReady(seat: Seat, port: number): void {
    seat.ready = true;
    this.failures = 0;
    this.onFirst(port);
  }

  private onEnd(seat: Seat, pid: number, reason: string): void {
    const served = seat.ready;
    seat.ready = false;
    if (!served) this.failures += 1;
    if (this.failures >= START_ATTEMPTS && !this.seats.some(({ ready }) => ready)) {
      this.stopping = true;
      this.abandon(new Error(reason));
      return;
    }
    const wait = Math.min(SHORTEST_WAIT_MS * 2 ** seat.ends, LONGEST_WAIT_MS);
    seat.ends += 1;
    this.restarts += 1;
    if (served) this.options.log(`Worker ${pid} ended (${reason}); another one starts.`);
    else if (this.seats.some(({ ready }) => ready))
      this.options.log(`A worker could not start; trying again in ${wait / 1000} s. ${reason}`);
    seat.timer = setTimeout(() => this.fill(seat), wait);
  }
}
