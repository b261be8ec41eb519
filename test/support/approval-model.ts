import { userScope } from '../../src/database/scope.js';
import { agrees, goOn, LEASE, type ModelRun, move, pick, type Step } from './lease-model.js';

/** A node puts a step before a person under an epoch that it once held; said twice, it is heard once. */
export const pause = (index: number, hold: number, approvalId: string): Step => ({
  check: (model) => (pick(model, index)?.holds.length ?? 0) > 0,
  async run(model, world) {
    const run = pick(model, index) as ModelRun;
    const { epoch } = run.holds[hold % run.holds.length] as { epoch: number };
    const seq = (run.logged.get(epoch) ?? 0) + 1;
    const ask = () =>
      world.steps.pause(
        { id: run.id, epoch },
        {
          approvalId,
          step: approvalId,
          tool: 't',
          arguments: {},
          expiresAt: new Date(Date.now() + LEASE),
        },
        { text: '', parts: [], agentName: null, assistantName: null, firstTokenMs: null, durationMs: 0 },
        [{ seq, body: { event: 'run.awaiting_approval', approval_id: approvalId } }],
      );
    const fenced = run.state === 'running' && epoch === run.epoch;
    const known = !fenced && epoch === run.epoch && run.asked.get(approvalId)?.epoch === epoch;
    const repeated = run.asked.has(approvalId) ? 'repeated' : 'paused';
    const expected = fenced ? (run.stopRequested ? 'stopped' : repeated) : known ? 'paused' : 'lost';
    expect(await ask()).toBe(expected);
    if (fenced && expected === 'paused') {
      move(run, 'awaiting_approval');
      run.owner = null;
      run.expired = false;
      run.asked.set(approvalId, { epoch, state: 'pending' });
      run.logged.set(epoch, seq);
      expect(await ask()).toBe('paused');
    }
    await agrees(model, world);
  },
  toString: () => `pause(${index}, hold ${hold}, ${approvalId})`,
});

/** What a person decides counts once, and only what was asked. */
export const decide = (index: number, approvalId: string, approved: boolean): Step => ({
  check: (model) => model.runs.length > 0,
  async run(model, world) {
    const run = pick(model, index) as ModelRun;
    const state = approved ? 'approved' : 'refused';
    const row = await world.scope.run(userScope(world.principal), () =>
      world.steps.decide(world.principal, run.id, { approvalId, state, comment: null }),
    );
    const was = run.asked.get(approvalId)?.state;
    const same = was === state ? 'known' : 'conflict';
    expect(row?.outcome).toBe(was === undefined ? 'unknown' : was === 'pending' ? 'decided' : same);
    if (was === 'pending') goOn(run, state);
    await agrees(model, world);
  },
  toString: () => `decide(${index}, ${approvalId}, ${approved})`,
});

/** The time for a decision is over, or not yet; what is asked elsewhere is left alone. */
export const expireApprovals = (index: number, late: boolean): Step => ({
  check: (model) => pick(model, index)?.state === 'awaiting_approval',
  async run(model, world) {
    const run = pick(model, index) as ModelRun;
    if (late) {
      await world.db.query(
        `UPDATE chat_run_steps SET expires_at = now() - interval '1 second' WHERE run_id = $1 AND state = 'proposed'`,
        [run.id],
      );
    }
    const gone = await world.steps.expire(1000);
    expect(gone.includes(run.id)).toBe(late);
    if (late) goOn(run, 'expired');
    await agrees(model, world);
  },
  toString: () => `expire approvals(${index}, ${late})`,
});
