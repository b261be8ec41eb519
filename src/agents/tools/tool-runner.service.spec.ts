import { callerOf, datasetId, decidedOn, FakeTool, runnerOf, SOLD } from '../../../test/support/tools.js';
import { AppError } from '../../common/errors/app-error.js';
import { CommonErrors } from '../../common/errors/common.errors.js';
import type { ToolManifest } from './tool.contract.js';

const never = new AbortController().signal;
const caller = callerOf('user');
const WRITE = { effect: 'write', approval: true } as const;
const AGREED = { of: 'x', days: 1 };

describe('a tool that runs', () => {
  it('gets checked arguments, and gives back what it found with its figures stored', async () => {
    const tool = new FakeTool({}, () =>
      Promise.resolve({
        figures: { sold: SOLD, top: { ...SOLD, rows: SOLD.rows.slice(0, 1), total: 40 } },
        extracts: [{ title: 'T', locator: 'l', quote: 'q\u0000' }],
        missing: ['No PROMETHEUS_URL is set.'],
      }),
    );
    const { runner, audit, figures } = runnerOf(tool);
    const outcome = await runner.run('look_up', { of: 'sales' }, caller, never);
    expect(tool.calls).toEqual([{ of: 'sales', days: 7 }]);
    expect(figures.stored).toHaveLength(2);
    const { columns, rows, source } = SOLD;
    expect(outcome).toEqual({
      datasets: {
        sold: { id: datasetId(1), columns, rows, total: 2, source },
        top: { id: datasetId(2), columns, rows: rows.slice(0, 1), total: 40, source },
      },
      extracts: [{ title: 'T', locator: 'l', quote: 'q' }],
      text: '',
      missing: ['No PROMETHEUS_URL is set.'],
    });
    expect(audit.lines).toEqual(['look_up allowed']);
  });

  it('is counted by its name and by how it ended; a name that a model made up is not', async () => {
    const { runner, metrics } = runnerOf(new FakeTool());
    await runner.run('look_up', { of: 'sales' }, caller, never);
    await expect(runner.run('look_up', { of: 7 }, caller, never)).rejects.toThrow();
    await expect(runner.run('drop_tables', {}, caller, never)).rejects.toThrow();
    const lines = (await metrics.render()).split('\n').filter((line) => line.startsWith('tool_runs_total'));
    expect(lines).toEqual([
      'tool_runs_total{tool="look_up",outcome="done"} 1',
      'tool_runs_total{tool="look_up",outcome="failed"} 1',
      'tool_runs_total{tool="unknown",outcome="refused"} 1',
    ]);
  });

  it.each([
    ['of a wrong type', { of: 7 }, /of: /],
    ['that it does not have', { of: 'x', role: 'super_admin' }, /role/],
    ['that are no object', 'of=x', /not valid/],
    ['with __proto__', JSON.parse('{"of":"x","__proto__":{"days":1}}'), /__proto__/],
  ])('does not run with arguments %s', async (_name, args, message) => {
    const tool = new FakeTool();
    const { runner, audit } = runnerOf(tool);
    const running = runner.run('look_up', args, caller, never);
    await expect(running).rejects.toMatchObject({
      code: 'TOOL_ARGUMENTS_INVALID',
      detail: expect.stringMatching(message),
    });
    expect(tool.calls).toEqual([]);
    expect(audit.lines).toEqual(['look_up failed TOOL_ARGUMENTS_INVALID']);
    expect(JSON.stringify(audit.records)).not.toContain('of=x');
  });

  it.each([
    ['an unknown member', { secret: 1 }],
    ['a text that is none', { text: 7 }],
    ['a short name that is a path', { figures: { '../x': SOLD } }],
    [
      'too many extracts',
      { extracts: Array.from({ length: 13 }, () => ({ title: '', locator: '', quote: '' })) },
    ],
    ['nothing', undefined],
  ])('fails where it finds %s', async (_name, findings) => {
    const { runner, audit, figures } = runnerOf(new FakeTool({}, () => Promise.resolve(findings as never)));
    await expect(runner.run('look_up', { of: 'x' }, caller, never)).rejects.toMatchObject({
      code: 'TOOL_FAILED',
    });
    expect(figures.stored).toEqual([]);
    expect(audit.lines).toEqual(['look_up allowed', 'look_up failed TOOL_FAILED']);
  });

  it.each([
    ['its own error', new AppError(CommonErrors.UNAVAILABLE, 'Down.'), 'UNAVAILABLE', 'Down.'],
    [
      'any other as one that tells nothing',
      new Error('secret sk-1'),
      'TOOL_FAILED',
      'look_up failed. It gave nothing.',
    ],
  ])('fails with %s', async (_name, error, code, detail) => {
    const { runner, audit } = runnerOf(new FakeTool({}, () => Promise.reject(error)));
    await expect(runner.run('look_up', { of: 'x' }, caller, never)).rejects.toMatchObject({ code, detail });
    expect(audit.lines).toEqual(['look_up allowed', `look_up failed ${code}`]);
  });

  it('has as long as its manifest says, and its late result is dropped', async () => {
    let told: AbortSignal | undefined;
    const tool = new FakeTool({ timeout: 20 }, (_, __, signal) => {
      told = signal;
      return new Promise(() => undefined);
    });
    const { runner } = runnerOf(tool);
    await expect(runner.run('look_up', { of: 'x' }, caller, never)).rejects.toMatchObject({
      code: 'TOOL_TIMEOUT',
      detail: expect.stringContaining('gave nothing'),
    });
    expect(told?.aborted).toBe(true);
  });

  it('does not claim that a change was not made where nobody knows', async () => {
    const tool = new FakeTool({ ...WRITE, timeout: 20 }, () => new Promise(() => undefined));
    await expect(
      runnerOf(tool).runner.runApproved(decidedOn(tool, 'approved', AGREED), caller, never),
    ).rejects.toMatchObject({ detail: expect.stringContaining('Nobody knows whether it was done') });
  });

  it('stops with the reason of the run, before and while it works, and leaves no listener', async () => {
    const stop = new AbortController();
    const reason = new Error('stopped');
    const added = jest.spyOn(stop.signal, 'addEventListener');
    const removed = jest.spyOn(stop.signal, 'removeEventListener');
    const tool = new FakeTool({}, () => {
      stop.abort(reason);
      return new Promise(() => undefined);
    });
    const { runner, audit } = runnerOf(tool);
    await expect(runner.run('look_up', { of: 'x' }, caller, stop.signal)).rejects.toBe(reason);
    await expect(runner.run('look_up', { of: 'x' }, caller, stop.signal)).rejects.toBe(reason);
    expect(tool.calls).toHaveLength(1);
    expect(audit.lines).toEqual(['look_up allowed', 'look_up allowed']);
    expect(removed).toHaveBeenCalledTimes(added.mock.calls.length);
  });

  it('runs as often in one run as its budget says, also when called at once; broken calls do not count', async () => {
    const tool = new FakeTool({ budget: 2 });
    const { runner, audit } = runnerOf(tool);
    const call = (args: object, runId = 'r') =>
      runner.run('look_up', args, callerOf('user', { runId }), never);
    await call({ of: 1 }).catch(() => undefined);
    const results = await Promise.allSettled([call({ of: 'a' }), call({ of: 'b' }), call({ of: 'c' })]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(results[2]).toMatchObject({ reason: { code: 'TOOL_BUDGET_SPENT' } });
    await call({ of: 'd' }, 'another run');
    expect(tool.calls).toHaveLength(3);
    expect(audit.lines).toContain('look_up refused budget');
  });
});

describe('a tool that may not run', () => {
  it('is said not to be there, in the same words as one that is not', async () => {
    const { runner, audit } = runnerOf(new FakeTool({ roles: ['super_admin'] }));
    const texts = [];
    for (const name of ['look_up', 'nothing']) {
      const error = await runner.run(name, { of: 'x' }, caller, never).catch((thrown: AppError) => thrown);
      texts.push(String((error as AppError).detail).replace(name, 'NAME'));
    }
    expect(texts[0]).toBe(texts[1]);
    expect(audit.lines).toEqual(['look_up refused role', 'unknown refused unknown']);
    expect(audit.records[0]).toEqual({
      action: 'tool.run',
      outcome: 'refused',
      subject: 'look_up',
      details: { reason: 'role', role: 'user', run_id: 'r', session_id: 's' },
    });
  });

  it('is refused before its arguments are looked at', async () => {
    const { runner } = runnerOf(new FakeTool({ roles: ['super_admin'] }));
    await expect(runner.run('look_up', { of: 7 }, caller, never)).rejects.toMatchObject({
      code: 'TOOL_NOT_PERMITTED',
    });
    await expect(runner.check('look_up', { of: 7 }, caller)).rejects.toMatchObject({
      code: 'TOOL_NOT_PERMITTED',
    });
  });

  it('is none that a role is told of', () => {
    const { runner } = runnerOf(new FakeTool({ roles: ['super_admin'] }), new FakeTool({ name: 'own_one' }));
    const names = ['look_up', 'own_one', 'nothing'];
    expect(runner.usableBy(caller, names).map(({ manifest }) => manifest.name)).toEqual(['own_one']);
    expect(runner.usableBy(caller, [])).toEqual([]);
  });
});

describe('a tool that a person has to agree to', () => {
  it.each([[WRITE], [{ effect: 'read', approval: true } as const]])(
    'does not run without (%p)',
    async (manifest) => {
      const tool = new FakeTool(manifest);
      const { runner, audit } = runnerOf(tool);
      await expect(runner.run('look_up', { of: 'x' }, caller, never)).rejects.toMatchObject({
        code: 'TOOL_NEEDS_APPROVAL',
      });
      for (const state of ['refused', 'expired'] as const)
        await expect(runner.runApproved(decidedOn(tool, state, AGREED), caller, never)).rejects.toMatchObject(
          {
            code: 'TOOL_NEEDS_APPROVAL',
          },
        );
      expect(tool.calls).toEqual([]);
      expect(audit.lines).toEqual(Array.from({ length: 3 }, () => 'look_up refused approval'));
    },
  );

  it('is told with its checked arguments before anybody is asked', async () => {
    const { runner } = runnerOf(new FakeTool(WRITE));
    expect(await runner.check('look_up', { of: 'x' }, caller)).toMatchObject({
      arguments: { of: 'x', days: 7 },
    });
    await expect(runner.check('look_up', { of: '' }, caller)).rejects.toMatchObject({
      code: 'TOOL_ARGUMENTS_INVALID',
    });
  });

  it('runs with the arguments that were agreed to, and is recorded before it does', async () => {
    const seen: string[][] = [];
    const tool = new FakeTool(WRITE, () => {
      seen.push([...audit.lines]);
      return Promise.resolve({});
    });
    const { runner, audit } = runnerOf(tool);
    await runner.runApproved(decidedOn(tool, 'approved', AGREED), caller, never);
    expect(tool.calls).toEqual([{ of: 'x', days: 1 }]);
    expect(seen).toEqual([['look_up allowed']]);
    expect(audit.records[0]?.details).toMatchObject({ approval_id: 'a1' });
  });

  it('does not run for a role that may not use it, whoever agreed', async () => {
    const tool = new FakeTool(WRITE);
    const { runner } = runnerOf(tool);
    await expect(
      runner.runApproved(decidedOn(tool, 'approved', AGREED), callerOf('readonly'), never),
    ).rejects.toMatchObject({
      code: 'TOOL_NOT_PERMITTED',
    });
    expect(tool.calls).toEqual([]);
  });

  it.each<[string, Partial<ToolManifest>, string]>([
    ['means something else', { description: 'Deletes something.' }, ''],
    ['may see more', { scope: 'tenant' }, ''],
    ['is done elsewhere', {}, 'https://other.example.com'],
  ])('does not run where it %s than what was agreed to', async (_, change, origin) => {
    const tool = Object.assign(new FakeTool({ ...WRITE, ...change }), { origin });
    const { runner, audit } = runnerOf(tool);
    const decision = decidedOn(new FakeTool(WRITE), 'approved', AGREED);
    await expect(runner.runApproved(decision, callerOf('tenant_admin'), never)).rejects.toMatchObject({
      code: 'TOOL_CHANGED',
    });
    expect(tool.calls).toEqual([]);
    expect(audit.lines).toEqual(['look_up refused changed']);
  });

  it('runs although it may take longer or more often than when it was agreed to', async () => {
    const tool = new FakeTool({ ...WRITE, timeout: 1_000, budget: 2, title: 'Other' });
    await runnerOf(tool).runner.runApproved(
      decidedOn(new FakeTool(WRITE), 'approved', AGREED),
      caller,
      never,
    );
    expect(tool.calls).toEqual([AGREED]);
  });
});
