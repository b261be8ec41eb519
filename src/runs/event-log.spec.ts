import { RunsConfig } from '../config/config.js';
import { parseEnv } from '../config/env.schema.js';
import fc from 'fast-check';
import { claimedRun } from '../../test/support/runs.js';
import { Metrics } from '../monitoring/metrics/metrics.js';
import { MemoryFanOut } from '../redis/memory-fan-out.js';
import { EventLog } from './event-log.js';
import { type RunNews, sessionChannel } from './run-channel.js';
import type { RunEvent, RunEventBody } from './runs.contract.js';
import type { LogEntry, RunsRepository } from './runs.repository.js';

/** The repository as the log needs it: keeps rows under their key, fails or refuses as told. */
class FakeRuns {
  readonly rows = new Map<string, LogEntry>();
  statements = 0;
  failures: ('before' | 'after')[] = [];
  refused = false;

  async append(entries: readonly LogEntry[]): Promise<Set<string>> {
    this.statements += 1;
    await new Promise((resolve) => setImmediate(resolve));
    const failure = this.failures.shift();
    if (failure === 'before') throw new Error('connection lost');
    if (this.refused) return new Set();
    for (const entry of entries) {
      const key = `${entry.runId}/${entry.epoch}/${entry.seq}`;
      if (!this.rows.has(key)) this.rows.set(key, entry);
    }
    if (failure === 'after') throw new Error('connection lost');
    return new Set(entries.map((entry) => entry.runId));
  }
}

function setUp() {
  const runs = new FakeRuns();
  const fanOut = new MemoryFanOut();
  const log = new EventLog(
    runs as unknown as RunsRepository,
    fanOut,
    new Metrics(),
    new RunsConfig(parseEnv({})),
  );
  const run = claimedRun();
  const shown: RunEvent[] = [];
  fanOut.subscribe(sessionChannel(run), (message) => shown.push(...(message as RunNews).events));
  return { runs, log, run, shown };
}

const text = (value: string): RunEventBody => ({ event: 'text.delta', text: value });
const settle = (ms = 80): Promise<void> => jest.advanceTimersByTimeAsync(ms);
const textOf = (events: readonly { event?: string; text?: string }[]): string =>
  events.map((event) => (event.event === 'text.delta' ? event.text : '')).join('');

describe('the event log', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('shows nothing that is not written, and numbers from 1 without gaps', async () => {
    const { runs, log, run, shown } = setUp();
    const writer = log.open(run, () => undefined);
    writer.add({ event: 'run.status', text: 'looking' });
    writer.add(text('a'));
    expect(shown).toEqual([]);
    await settle();
    expect(shown.map((event) => event.seq)).toEqual([1, 2]);
    expect(runs.rows.size).toBe(2);
  });

  it('writes the first text at once and joins what waits together', async () => {
    const { runs, log, run, shown } = setUp();
    const writer = log.open(run, () => undefined);
    writer.add(text('first '));
    await settle(10);
    expect(textOf(shown)).toBe('first ');
    for (let i = 0; i < 50; i += 1) writer.add(text('x'));
    await settle();
    expect(runs.statements).toBe(2);
    expect(shown.map((event) => event.seq)).toEqual([1, 2]);
  });

  it('hands what was not written to the end of the run, numbered on', async () => {
    const { log, run, shown } = setUp();
    const writer = log.open(run, () => undefined);
    writer.add(text('a'));
    await settle();
    writer.add(text('b'));
    const { pending, finalSeq } = await writer.close();
    expect(pending).toEqual([{ seq: 2, body: text('b') }]);
    expect(finalSeq).toBe(3);
    await settle();
    expect(textOf(shown)).toBe('a');
  });

  it('goes on showing text after a write that failed once', async () => {
    const { runs, log, run, shown } = setUp();
    runs.failures = ['before'];
    const writer = log.open(run, () => undefined);
    for (let i = 0; i < 20; i += 1) {
      writer.add(text(`${i} `));
      await settle(30);
    }
    expect(textOf(shown)).toContain('10 ');
    await settle();
    expect(textOf(shown)).toBe(Array.from({ length: 20 }, (_, i) => `${i} `).join(''));
  });

  it('gives up a run whose event the database refuses, and writes the others', async () => {
    const { runs, log, run, shown } = setUp();
    const bad = claimedRun();
    const append = runs.append.bind(runs);
    runs.append = async (entries) => {
      if (entries.some(({ runId }) => runId === bad.id))
        throw Object.assign(new Error('bad'), { code: '22P05' });
      return append(entries);
    };
    const onLost = jest.fn();
    log.open(bad, onLost).add(text('x'));
    log.open(run, () => undefined).add(text('good'));
    await settle();
    expect(onLost).toHaveBeenCalledTimes(1);
    expect(textOf(shown)).toBe('good');
  });

  it('says that a run is lost when the fence refuses it', async () => {
    const { runs, log, run, shown } = setUp();
    runs.refused = true;
    const onLost = jest.fn();
    log.open(run, onLost).add(text('a'));
    await settle();
    expect(onLost).toHaveBeenCalledTimes(1);
    expect(shown).toEqual([]);
  });

  it('loses and repeats nothing, whatever fails between writing and hearing of it', async () => {
    jest.useRealTimers();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 12 }),
        fc.array(fc.constantFrom('before' as const, 'after' as const), { maxLength: 2 }),
        async (pieces, failures) => {
          const { runs, log, run, shown } = setUp();
          runs.failures = failures;
          const writer = log.open(run, () => undefined);
          for (const piece of pieces) {
            writer.add(text(piece));
            await new Promise((resolve) => setImmediate(resolve));
          }
          const { pending } = await writer.close();
          const stored = [...runs.rows.values()].sort((a, b) => a.seq - b.seq);
          expect(stored.map((row) => row.seq)).toEqual(stored.map((_, index) => index + 1));
          expect(textOf(stored.map((row) => row.body)) + textOf(pending.map(({ body }) => body))).toBe(
            pieces.join(''),
          );
          expect(textOf(shown)).toBe(textOf(stored.map((row) => row.body)));
        },
      ),
      { numRuns: 25 },
    );
  });
});
