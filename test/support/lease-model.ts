import type fc from 'fast-check';
import type { DataSource } from 'typeorm';
import type { Principal } from '../../src/auth/principal.js';
import type { ChatRepository } from '../../src/chat/chat.repository.js';
import { newId } from '../../src/common/ids.js';
import type { Scope } from '../../src/database/scope.js';
import { NEXT_STATES, type RunState } from '../../src/runs/runs.contract.js';
import type { RunsRepository } from '../../src/runs/runs.repository.js';
import type { DecisionState } from '../../src/runs/steps/steps.contract.js';
import type { StepsRepository } from '../../src/runs/steps/steps.repository.js';

export const LEASE = 60_000;
export const OWNERS = ['node a', 'node b', 'node c'] as const;
export const ENDS = ['completed', 'failed', 'cancelled', 'interrupted'] as const;

/** What the specification says of one run; `holds` remembers every epoch that a node believes to hold. */
export interface ModelRun {
  readonly id: string;
  /** The first run of its question: itself, but for retries. */
  readonly question: string;
  readonly position: number;
  state: RunState;
  epoch: number;
  owner: string | null;
  expired: boolean;
  stopRequested: boolean;
  answers: number;
  readonly logged: Map<number, number>;
  readonly holds: { owner: string; epoch: number }[];
  /** What a person was asked, and what was decided. */
  readonly asked: Map<string, { epoch: number; state: DecisionState | 'pending' }>;
}

export interface Model {
  readonly runs: ModelRun[];
}

/** The database with what one walk needs of it. */
export class World {
  readonly session = newId();
  readonly principal: Principal;

  constructor(
    readonly db: DataSource,
    readonly scope: Scope,
    readonly chat: ChatRepository,
    readonly runs: RunsRepository,
    readonly steps: StepsRepository,
  ) {
    this.principal = { tenantId: `t${newId()}`, userId: 'u', role: 'user', email: null };
  }

  async row(id: string): Promise<{ state: RunState; lease_epoch: number; lease_owner: string | null }> {
    const [row] = await this.db.query('SELECT state, lease_epoch, lease_owner FROM chat_runs WHERE id = $1', [
      id,
    ]);
    return row;
  }
}

export type Step = fc.AsyncCommand<Model, World>;

const ACTIVE: readonly RunState[] = ['running', 'awaiting_approval'];
const activeIn = (model: Model): ModelRun | undefined => model.runs.find((run) => ACTIVE.includes(run.state));
/** What goes on after a decision, then by the places in the conversation. */
const firstQueued = (model: Model): ModelRun | undefined =>
  model.runs
    .filter((run) => run.state === 'queued')
    .sort((a, b) => Number(b.epoch > 0) - Number(a.epoch > 0) || a.position - b.position)[0];
export const pick = (model: Model, index: number): ModelRun | undefined =>
  model.runs[index % model.runs.length];

export async function agrees(model: Model, world: World): Promise<void> {
  for (const run of model.runs) {
    expect(await world.row(run.id)).toEqual({
      state: run.state,
      lease_epoch: run.epoch,
      lease_owner: run.owner,
    });
  }
  expect(model.runs.filter((run) => ACTIVE.includes(run.state)).length).toBeLessThanOrEqual(1);
}

export function move(run: ModelRun, state: RunState): void {
  expect(NEXT_STATES[run.state]).toContain(state);
  run.state = state;
}

export function goOn(run: ModelRun, state: DecisionState): void {
  for (const asked of run.asked.values()) if (asked.state === 'pending') asked.state = state;
  move(run, 'queued');
}

function take(run: ModelRun, owner: string): void {
  move(run, 'running');
  run.epoch += 1;
  run.owner = owner;
  run.expired = false;
  run.holds.push({ owner, epoch: run.epoch });
}

function queued(id: string, question: string, position: number): ModelRun {
  return {
    id,
    question,
    position,
    state: 'queued',
    epoch: 0,
    owner: null,
    expired: false,
    stopRequested: false,
    answers: 0,
    logged: new Map(),
    holds: [],
    asked: new Map(),
  };
}

/** Accepts a question, claiming its run where the session is idle. */
export const accept = (owner: string | null): Step => ({
  check: () => true,
  async run(model, world) {
    const id = newId();
    const idle = !model.runs.some((run) => NEXT_STATES[run.state].length > 0);
    const row = await world.chat.accept(world.principal, {
      sessionId: world.session,
      sessionGiven: true,
      runId: id,
      questionId: newId(),
      answerId: newId(),
      content: 'q',
      title: 'q',
      clientMessageId: null,
      clientHash: null,
      branch: false,
      parentId: null,
      context: {},
      request: {},
      claim: owner === null ? undefined : { owner, leaseMs: LEASE },
      history: 10,
      maxOpen: 1000,
    });
    expect(row.claimed).toBe(idle && owner !== null);
    const run = queued(id, id, row.question_position + 1);
    model.runs.push(run);
    if (row.claimed) take(run, owner as string);
    await agrees(model, world);
  },
  toString: () => `accept(${owner})`,
});

export const claim = (index: number, owner: string): Step => ({
  check: (model) => model.runs.length > 0,
  async run(model, world) {
    const run = pick(model, index) as ModelRun;
    const free =
      (run.state === 'queued' && !activeIn(model) && firstQueued(model) === run) ||
      (run.state === 'running' && run.expired);
    const claimed = await world.runs.claim(run.id, owner, LEASE);
    expect(claimed !== undefined).toBe(free);
    if (claimed) {
      take(run, owner);
      expect(claimed.epoch).toBe(run.epoch);
    }
    await agrees(model, world);
  },
  toString: () => `claim(${index}, ${owner})`,
});

export const renew = (owner: string): Step => ({
  check: (model) => model.runs.length > 0,
  async run(model, world) {
    const kept = await world.runs.renew(
      owner,
      model.runs.map((run) => run.id),
      LEASE,
    );
    const mine = model.runs.filter((run) => run.state === 'running' && run.owner === owner);
    expect(kept).toEqual(new Map(mine.map((run) => [run.id, run.stopRequested])));
    for (const run of mine) run.expired = false;
  },
  toString: () => `renew(${owner})`,
});

/** The owner stood still for longer than its lease. */
export const expire = (): Step => ({
  check: (model) => activeIn(model)?.state === 'running',
  async run(model, world) {
    const run = activeIn(model) as ModelRun;
    run.expired = true;
    await world.db.query(`UPDATE chat_runs SET lease_until = now() - interval '1 second' WHERE id = $1`, [
      run.id,
    ]);
  },
  toString: () => 'expire',
});

/** A node writes an event under an epoch that it once held: only the newest may. */
export const write = (index: number, hold: number): Step => ({
  check: (model) => (pick(model, index)?.holds.length ?? 0) > 0,
  async run(model, world) {
    const run = pick(model, index) as ModelRun;
    const { epoch } = run.holds[hold % run.holds.length] as { epoch: number };
    const seq = (run.logged.get(epoch) ?? 0) + 1;
    const taken = await world.runs.append([
      { runId: run.id, epoch, seq, body: { event: 'text.delta', text: 'x' } },
    ]);
    const fenced = run.state === 'running' && epoch === run.epoch;
    expect(taken.has(run.id)).toBe(fenced);
    if (fenced) run.logged.set(epoch, seq);
    const [{ count }] = await world.db.query(
      'SELECT count(*)::int FROM chat_run_events WHERE run_id = $1 AND epoch = $2',
      [run.id, epoch],
    );
    expect(count).toBe(run.logged.get(epoch) ?? 0);
  },
  toString: () => `write(${index}, hold ${hold})`,
});

/** A node ends a run under an epoch that it once held; said twice, it is heard once. */
export const end = (index: number, hold: number, state: (typeof ENDS)[number]): Step => ({
  check: (model) => (pick(model, index)?.holds.length ?? 0) > 0,
  async run(model, world) {
    const run = pick(model, index) as ModelRun;
    const { epoch } = run.holds[hold % run.holds.length] as { epoch: number };
    const seq = (run.logged.get(epoch) ?? 0) + 1;
    const input = {
      runId: run.id,
      epoch,
      state,
      error: null,
      events: [{ seq, body: { event: `run.${state}` } }],
      answer: {
        at: new Date().toISOString(),
        type: 'assistant',
        state: 'complete',
        content: `answer of epoch ${epoch}`,
        parts: [],
        agent_name: null,
        confidence: null,
        suggested_actions: [],
        metadata: {},
      },
      usage: {},
    };
    const fenced = run.state === 'running' && epoch === run.epoch;
    const { ended, next_run: next } = await world.chat.end(input);
    expect(ended).toBe(fenced);
    if (fenced) {
      move(run, state);
      run.owner = null;
      run.answers += 1;
      run.logged.set(epoch, seq);
      expect(next ?? null).toBe(firstQueued(model)?.id ?? null);
      expect((await world.chat.end(input)).ended).toBe(true);
    }
    const [{ count }] = await world.db.query('SELECT count(*)::int FROM usage_ledger WHERE run_id = $1', [
      run.id,
    ]);
    expect(count).toBe(run.answers);
    expect(run.answers).toBeLessThanOrEqual(1);
    await agrees(model, world);
  },
  toString: () => `end(${index}, hold ${hold}, ${state})`,
});

/** A stop cancels what waits; what works is to be stopped by its owner, or by whoever takes it over. */
export const stop = (index: number): Step => ({
  check: (model) => model.runs.length > 0,
  async run(model, world) {
    const run = pick(model, index) as ModelRun;
    const found = await world.runs.stop(world.principal, run.id);
    expect(found?.cancelled).toBe(run.state === 'queued' && run.epoch === 0);
    if (found?.cancelled) move(run, 'cancelled');
    else if (NEXT_STATES[run.state].length > 0) run.stopRequested = true;
    if (run.state === 'awaiting_approval') goOn(run, 'refused');
    await agrees(model, world);
  },
  toString: () => `stop(${index})`,
});

/** A question whose last run ended without an answer is asked again, in its old place: before what waits behind it. */
export const retry = (index: number): Step => ({
  check: (model) => model.runs.length > 0,
  async run(model, world) {
    const run = pick(model, index) as ModelRun;
    const newest = model.runs.findLast(({ question }) => question === run.question) as ModelRun;
    const again = newest === run && NEXT_STATES[run.state].length === 0 && run.state !== 'completed';
    const open = newest !== run && NEXT_STATES[newest.state].length > 0;
    const id = newId();
    const terms = { runId: run.id, newRunId: id, newAnswerId: newId(), maxOpen: 1000 };
    const row = await world.chat.retry(world.principal, terms);
    expect(row.outcome).toBe(again ? 'new' : open ? 'known' : 'not_retriable');
    if (again) model.runs.push(queued(id, run.question, run.position));
    await agrees(model, world);
  },
  toString: () => `retry(${index})`,
});
