import { claimedRun } from '../../test/support/runs.js';
import { AppError } from '../common/errors/app-error.js';
import { CommonErrors } from '../common/errors/common.errors.js';
import { isHandedOver } from '../common/handed-over.js';
import { type KeepReference, RunExecution } from './run-execution.js';
import type { RunLog } from './run-log.js';
import type { RunEventBody } from './runs.contract.js';
import { Answerer, type AnswerStep } from './runs.ports.js';
import type { Resumption, StepJournal } from './steps/steps.contract.js';

const delta = (text: string): AnswerStep => ({ type: 'event', body: { event: 'text.delta', text } });
const result: AnswerStep = { type: 'result', result: 'done' };
const started = (agent: string): AnswerStep => ({
  type: 'event',
  body: {
    event: 'run.started',
    message_id: 'm',
    in_reply_to: 'q',
    agent_name: agent,
    assistant_name: 'A',
  },
});
const request = { approvalId: 'a1', step: 's1', tool: 'rename', arguments: { title: 'x\u0000y' } };
const resumption: Resumption = {
  decision: { ...request, state: 'approved', comment: null },
  shown: {
    text: 'before',
    parts: [{ type: 'approval', state: 'approved' }],
    agentName: 'first',
    assistantName: 'A',
    firstTokenMs: 7,
    durationMs: 1000,
  },
};

function setUp(
  steps: (signal: AbortSignal) => AsyncGenerator<AnswerStep>,
  epoch = 1,
  keep: KeepReference = () => Promise.resolve(true),
  more: Parameters<typeof claimedRun>[0] = {},
) {
  const logged: RunEventBody[] = [];
  const answerer = new (class extends Answerer {
    abandon(): void {}
    answer(_run: unknown, signal: AbortSignal): AsyncGenerator<AnswerStep> {
      return steps(signal);
    }
  })();
  const log = { add: (body: RunEventBody) => logged.push(body) } as unknown as RunLog;
  const run = claimedRun({ epoch, ...more });
  return { execution: new RunExecution(run, answerer, log, keep, {} as StepJournal), logged };
}

describe('one answer being made', () => {
  it('completes with the result and knows what was shown', async () => {
    const { execution, logged } = setUp(async function* () {
      yield started('a');
      yield delta('he');
      yield delta('llo');
      yield result;
    });
    expect(await execution.perform(5000)).toEqual({ state: 'completed', result: 'done' });
    expect(execution.shown()).toMatchObject({ text: 'hello', agentName: 'a', assistantName: 'A' });
    expect(logged).toHaveLength(3);
  });

  it('keeps what was shown when it is stopped, also while the answerer hangs', async () => {
    const { execution } = setUp(async function* () {
      yield delta('half');
      await new Promise(() => undefined);
    });
    const working = execution.perform(5000);
    setTimeout(() => execution.end('stop'), 20);
    expect(await working).toEqual({ state: 'cancelled' });
    expect(execution.shown().text).toBe('half');
  });

  it('asks the answerer for nothing where it is stopped before it goes on', async () => {
    const steps = jest.fn();
    const { execution } = setUp(steps, 2, undefined, { backendRef: { id: 'k1' } });
    execution.end('stop');
    expect(await execution.perform(5000)).toEqual({ state: 'cancelled' });
    expect(execution.unasked).toBe(true);
    expect(steps).not.toHaveBeenCalled();
  });

  it('gives up at the deadline with a retriable failure', async () => {
    const { execution } = setUp(async function* () {
      yield delta('a');
      await new Promise(() => undefined);
    });
    const outcome = await execution.perform(30);
    expect(outcome).toMatchObject({ state: 'failed', retriable: true, error: { code: 'CHAT_RUN_TIMEOUT' } });
  });

  it.each([
    [new AppError(CommonErrors.UNAVAILABLE, 'down'), 'UNAVAILABLE', true],
    [new AppError(CommonErrors.BAD_REQUEST, 'no'), 'BAD_REQUEST', false],
    [new Error('boom'), 'INTERNAL', true],
  ])('fails with %s', async (thrown, code, retriable) => {
    const { execution } = setUp(async function* () {
      yield delta('a');
      throw thrown;
    });
    expect(await execution.perform(5000)).toMatchObject({ state: 'failed', retriable, error: { code } });
  });

  it('says nothing of a run that another node has taken over', async () => {
    const { execution } = setUp(async function* () {
      await new Promise(() => undefined);
    });
    const working = execution.perform(5000);
    execution.end('lost');
    execution.end('stop');
    expect(await working).toBeUndefined();
  });

  it('begins every epoch above the first with a reset', async () => {
    const { execution, logged } = setUp(async function* () {
      yield result;
    }, 2);
    await execution.perform(5000);
    expect(logged[0]).toMatchObject({ event: 'reset' });
  });

  it('waits for a person where the answerer asks for one, and lets the answerer go', async () => {
    let left = false;
    const { execution } = setUp(async function* () {
      try {
        yield delta('half');
        yield { type: 'approval', request };
        yield delta('never shown');
      } finally {
        left = true;
      }
    });
    const { arguments: args, ...rest } = request;
    expect(await execution.perform(5000)).toEqual({
      state: 'awaiting_approval',
      request: { ...rest, arguments: { title: 'xy' } },
    });
    expect(args.title).toContain('\u0000');
    expect(left).toBe(true);
    expect(execution.shown().text).toBe('half');
  });

  it('goes on after a decision with everything that was shown before, once', async () => {
    const steps = async function* (): AsyncGenerator<AnswerStep> {
      yield started('second');
      yield delta(' after');
      yield result;
    };
    const { execution, logged } = setUp(steps, 2, undefined, { resumption });
    await execution.perform(5000);
    expect(logged).toEqual([
      { event: 'reset', reason: 'approval' },
      expect.objectContaining({ event: 'run.started', agent_name: 'first' }),
      { event: 'text.delta', text: 'before' },
      { event: 'part', part: resumption.shown.parts[0] },
      { event: 'text.delta', text: ' after' },
    ]);
    const shown = execution.shown();
    expect(shown).toMatchObject({ text: 'before after', parts: resumption.shown.parts, firstTokenMs: 7 });
    expect(shown.durationMs).toBeGreaterThanOrEqual(1000);
  });

  it('says of a second attempt after a decision that it is a takeover, and repeats as much', async () => {
    const steps = async function* (): AsyncGenerator<AnswerStep> {
      yield result;
    };
    const { execution, logged } = setUp(steps, 3, undefined, { resumption, attempts: 2 });
    await execution.perform(5000);
    expect(logged[0]).toEqual({ event: 'reset', reason: 'takeover' });
    expect(execution.shown().text).toBe('before');
  });

  it('asks nobody for the answer of a run that is to be stopped, and keeps what was shown', async () => {
    let asked = false;
    const steps = async function* (): AsyncGenerator<AnswerStep> {
      asked = true;
      yield result;
    };
    const { execution } = setUp(steps, 2, undefined, { resumption });
    execution.end('stop');
    expect(await execution.perform(5000)).toEqual({ state: 'cancelled' });
    expect(asked).toBe(false);
    expect(execution.shown().text).toBe('before');
  });

  it('fails when the answerer ends without a result', async () => {
    const { execution } = setUp(async function* () {
      yield delta('a');
    });
    expect(await execution.perform(5000)).toMatchObject({ state: 'failed', error: { code: 'INTERNAL' } });
  });

  it('has a reference stored before it goes on', async () => {
    const order: string[] = [];
    const keep = async (reference: unknown): Promise<boolean> => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      order.push(`kept ${String(reference)}`);
      return true;
    };
    const { execution } = setUp(
      async function* () {
        yield { type: 'reference', reference: 'id-1' };
        order.push('went on');
        yield result;
      },
      1,
      keep,
    );
    expect(await execution.perform(5000)).toMatchObject({ state: 'completed' });
    expect(order).toEqual(['kept id-1', 'went on']);
  });

  it('leaves the run to whoever has it where a reference is not its to store', async () => {
    let seen: AbortSignal | undefined;
    const { execution } = setUp(
      async function* (signal) {
        seen = signal;
        yield { type: 'reference', reference: 'id-1' };
        yield delta('never shown');
        yield result;
      },
      1,
      () => Promise.resolve(false),
    );
    expect(await execution.perform(5000)).toBeUndefined();
    expect(isHandedOver(seen as AbortSignal)).toBe(true);
    expect(execution.shown().text).toBe('');
  });

  it.each([
    ['lost', true],
    ['deleted', false],
    ['stop', false],
    ['shutdown', false],
    ['deadline', false],
  ] as const)('says by its signal whether another node goes on (%s: %s)', async (reason, handedOver) => {
    let seen: AbortSignal | undefined;
    const { execution } = setUp(async function* (signal) {
      seen = signal;
      yield delta('a');
      await new Promise(() => undefined);
    });
    const working = execution.perform(5000);
    await new Promise((resolve) => setTimeout(resolve, 10));
    execution.end(reason);
    await working;
    expect(isHandedOver(seen as AbortSignal)).toBe(handedOver);
  });
});
