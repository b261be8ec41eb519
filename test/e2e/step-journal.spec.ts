import { DataSource } from 'typeorm';
import { ChatRepository } from '../../src/chat/chat.repository.js';
import { HandedOver } from '../../src/common/handed-over.js';
import { dataSourceOptions } from '../../src/database/data-source.js';
import { Scope } from '../../src/database/scope.js';
import { RunsRepository } from '../../src/runs/runs.repository.js';
import { FencedSteps } from '../../src/runs/steps/fenced-steps.js';
import { StepsRepository } from '../../src/runs/steps/steps.repository.js';
import { decide, expireApprovals, pause } from '../support/approval-model.js';
import { accept, claim, expire, type Model, World } from '../support/lease-model.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

describe('the journal of steps with effects', () => {
  let database: TestDatabase;
  let db: DataSource;
  beforeAll(async () => {
    database = await createTestDatabase();
    db = await new DataSource(dataSourceOptions(database.url, 4)).initialize();
  });
  afterAll(async () => {
    await db.destroy();
    await database.drop();
  });

  const CALL = { tool: 't', arguments: { a: [1, { b: 'x' }] } };

  async function started() {
    const scope = new Scope(db);
    const steps = new StepsRepository(scope);
    const world = new World(db, scope, new ChatRepository(scope), new RunsRepository(scope, steps), steps);
    const model: Model = { runs: [] };
    await accept('node a').run(model, world);
    const id = model.runs[0]!.id;
    const walk = async (...moves: ReturnType<typeof accept>[]) => {
      for (const move of moves) await move.run(model, world);
    };
    return { id, walk, of: (epoch: number) => new FencedSteps({ id, epoch }, steps) };
  }

  it('lets a step begin once, and tells later attempts what became of it', async () => {
    const { of } = await started();
    const journal = of(1);
    expect(await journal.begin('s1', CALL)).toEqual({ state: 'begun' });
    expect(await journal.begin('s1', CALL)).toEqual({ state: 'unknown' });
    await journal.end('s1', { ok: true, result: { rows: 3 } });
    expect(await journal.begin('s1', CALL)).toEqual({ state: 'done', result: { rows: 3 } });
    expect(await journal.begin('s2', CALL)).toEqual({ state: 'begun' });
    await journal.end('s2', { ok: false, result: 'no' });
    expect(await journal.begin('s2', CALL)).toEqual({ state: 'done', result: 'no' });
  });

  it('lets one of many begin that try at the same time', async () => {
    const { of } = await started();
    const begun = await Promise.all(Array.from({ length: 8 }, () => of(1).begin('s1', CALL)));
    expect(begun.filter(({ state }) => state === 'begun')).toHaveLength(1);
  });

  it('is closed to a node whose run was taken over: it begins and ends nothing', async () => {
    const { of, walk } = await started();
    expect(await of(1).begin('s1', CALL)).toEqual({ state: 'begun' });
    await walk(expire(), claim(0, 'node b'));
    await expect(of(1).begin('s2', CALL)).rejects.toThrow(HandedOver);
    await expect(of(1).end('s1', { ok: true, result: 'late' })).rejects.toThrow(HandedOver);
    expect(await of(2).begin('s1', CALL)).toEqual({ state: 'unknown' });
    expect(await of(2).begin('s2', CALL)).toEqual({ state: 'begun' });
  });

  it.each([
    ['refused', (): ReturnType<typeof accept> => decide(0, 'a', false)],
    ['expired', (): ReturnType<typeof accept> => expireApprovals(0, true)],
  ])('never begins a step that was %s', async (_state, decision) => {
    const { of, walk } = await started();
    await walk(pause(0, 0, 'a'));
    await expect(of(1).begin('a', { tool: 't', arguments: {} })).rejects.toThrow(HandedOver);
    await walk(decision(), claim(0, 'node b'));
    await expect(of(2).begin('a', { tool: 't', arguments: {} })).rejects.toThrow('agreed');
  });

  it('begins a step that was approved as it was approved, and not otherwise', async () => {
    const { of, walk } = await started();
    await walk(pause(0, 0, 'a'), decide(0, 'a', true), claim(0, 'node b'));
    await expect(of(2).begin('a', { tool: 'other', arguments: {} })).rejects.toThrow('agreed');
    await expect(of(2).begin('a', { tool: 't', arguments: { more: 1 } })).rejects.toThrow('agreed');
    expect(await of(2).begin('a', { tool: 't', arguments: {} })).toEqual({ state: 'begun' });
  });
});
