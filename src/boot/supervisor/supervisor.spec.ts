import { linkPair } from '../../../test/support/ipc-pair.js';
import type { MessageLink } from '../../common/ipc/message-link.js';
import { Supervisor } from './supervisor.js';
import { WORKER, type WorkerProcess } from './worker-process.js';

/** A worker that does what the test says. */
class FakeWorker implements WorkerProcess {
  readonly link: MessageLink;
  readonly own: MessageLink;
  readonly signals: string[] = [];
  private readonly exits: ((reason: string) => void)[] = [];

  constructor(readonly pid: number) {
    const { here, there } = linkPair();
    this.link = here;
    this.own = there;
  }

  kill(signal: NodeJS.Signals): void {
    this.signals.push(signal);
  }

  onExit(listener: (reason: string) => void): void {
    this.exits.push(listener);
  }

  exit(reason = 'exit code 1'): void {
    for (const listener of this.exits.splice(0)) listener(reason);
  }
}

function setUp(workers = 2) {
  const started: FakeWorker[] = [];
  const connected = new Set<WorkerProcess>();
  const lines: string[] = [];
  const givenUp: string[] = [];
  const supervisor = new Supervisor({
    workers,
    start: () => {
      const worker = new FakeWorker(started.length + 1);
      started.push(worker);
      return worker;
    },
    connect: (worker) => {
      connected.add(worker);
      return () => connected.delete(worker);
    },
    log: (line) => lines.push(line),
    giveUp: ({ message }) => givenUp.push(message),
  });
  return { supervisor, started, connected, lines, givenUp };
}

describe('Supervisor', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());
  const settle = (ms = 10): Promise<void> => jest.advanceTimersByTimeAsync(ms);
  const ready = async (...workers: FakeWorker[]): Promise<void> => {
    for (const worker of workers) worker.own.say(WORKER.ready, 3003);
    await settle();
  };

  it('starts the workers and tells the port of the first that serves', async () => {
    const { supervisor, started, connected } = setUp(3);
    const port = supervisor.run();
    expect([started.length, connected.size]).toEqual([3, 3]);
    await ready(started[1]!);
    expect(await port).toBe(3003);
  });

  it('puts another one in the place of a worker that ended, and says so', async () => {
    const { supervisor, started, connected, lines } = setUp();
    void supervisor.run();
    await ready(...started);
    started[0]!.exit('killed by SIGKILL');
    expect(connected.size).toBe(1);
    await settle(300);
    expect([started.length, connected.size, supervisor.restartCount]).toEqual([3, 2, 1]);
    expect(lines.join()).toContain('Worker 1 ended (killed by SIGKILL)');
  });

  it('waits longer each time that a worker does not last', async () => {
    const { supervisor, started } = setUp();
    void supervisor.run();
    await ready(...started);
    const waits: number[] = [];
    for (let round = 0; round < 6; round += 1) {
      const before = started.length;
      started.at(-1)!.exit();
      let waited = 0;
      for (; started.length === before; waited += 50) await settle(50);
      waits.push(waited);
      await ready(started.at(-1)!);
    }
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000]);
  });

  it('fails with the sentence of a worker that cannot start, after three attempts', async () => {
    const { supervisor, started } = setUp(1);
    const run = supervisor.run().catch((error: Error) => error.message);
    for (let attempt = 0; attempt < 3; attempt += 1) {
      void started.at(-1)!.own.ask(WORKER.failed, 'Port 3003 is taken', 1000);
      await settle();
      started.at(-1)!.exit();
      await settle(5_000);
    }
    expect(await run).toBe('Port 3003 is taken');
    expect(started).toHaveLength(3);
  });

  it('goes on trying while another worker serves', async () => {
    const { supervisor, started, givenUp } = setUp();
    void supervisor.run();
    await ready(started[0]!);
    for (let attempt = 0; attempt < 5; attempt += 1) {
      started.at(-1)!.exit();
      await settle(31_000);
    }
    expect([started.length, givenUp]).toEqual([7, []]);
  });

  it('gives up when nobody serves any more and nobody can', async () => {
    const { supervisor, started, givenUp } = setUp(1);
    void supervisor.run();
    await ready(started[0]!);
    for (let attempt = 0; attempt < 4; attempt += 1) {
      started.at(-1)!.exit(`reason ${attempt}`);
      await settle(5_000);
    }
    expect(givenUp).toEqual(['reason 3']);
  });

  it('passes a stop on, waits for the drain, and starts nobody any more', async () => {
    const { supervisor, started } = setUp();
    void supervisor.run();
    await ready(...started);
    let stopped = false;
    void supervisor.stop().then(() => (stopped = true));
    await settle(20_000);
    expect(started.map(({ signals }) => signals)).toEqual([['SIGTERM'], ['SIGTERM']]);
    started[0]!.exit('exit code 0');
    await settle();
    expect(stopped).toBe(false);
    started[1]!.exit('exit code 0');
    await settle(60_000);
    expect([stopped, started.length]).toEqual([true, 2]);
  });

  it('kills a worker that does not end', async () => {
    const { supervisor, started } = setUp(1);
    void supervisor.run();
    await ready(...started);
    void supervisor.stop();
    await settle(28_100);
    expect(started[0]!.signals).toEqual(['SIGTERM', 'SIGKILL']);
  });
});
