import fc from 'fast-check';
import { DataSource } from 'typeorm';
import { ChatRepository } from '../../src/chat/chat.repository.js';
import { dataSourceOptions } from '../../src/database/data-source.js';
import { Scope } from '../../src/database/scope.js';
import { RunsRepository } from '../../src/runs/runs.repository.js';
import { StepsRepository } from '../../src/runs/steps/steps.repository.js';
import { decide, expireApprovals, pause } from '../support/approval-model.js';
import {
  accept,
  claim,
  end,
  ENDS,
  expire,
  type Model,
  OWNERS,
  renew,
  retry,
  stop,
  World,
  write,
} from '../support/lease-model.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

describe('the lease of a run, against a model of what it promises', () => {
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

  function newWorld(): World {
    const scope = new Scope(db);
    const steps = new StepsRepository(scope);
    return new World(db, scope, new ChatRepository(scope), new RunsRepository(scope, steps), steps);
  }

  it('goes on after a decision before a retry of an earlier question that waits', async () => {
    const world = newWorld();
    const model: Model = { runs: [] };
    const walk = [
      accept('node a'),
      end(0, 0, 'failed'),
      accept('node a'),
      pause(1, 0, 'a'),
      retry(0),
      claim(2, 'node b'),
      decide(1, 'a', true),
      claim(2, 'node b'),
      claim(1, 'node b'),
      end(1, 1, 'completed'),
      claim(2, 'node c'),
    ];
    for (const step of walk) await step.run(model, world);
    expect(model.runs.map(({ state }) => state)).toEqual(['failed', 'completed', 'running']);
  });

  it('is taken over though a retry of an earlier question waits', async () => {
    const world = newWorld();
    const model: Model = { runs: [] };
    const walk = [
      accept('node a'),
      end(0, 0, 'failed'),
      accept('node a'),
      retry(0),
      expire(),
      claim(1, 'node b'),
      end(1, 1, 'completed'),
      claim(2, 'node b'),
    ];
    for (const step of walk) await step.run(model, world);
    expect(model.runs.map(({ state }) => state)).toEqual(['failed', 'completed', 'running']);
  });

  it('has one holder, fences every older epoch, ends once and answers once, whatever three nodes try', async () => {
    const owner = fc.constantFrom(...OWNERS);
    const index = fc.nat(9);
    const approval = fc.constantFrom('a', 'b', 'c');
    const steps = [
      fc.option(owner).map((name) => accept(name)),
      fc.tuple(index, owner).map(([at, name]) => claim(at, name)),
      owner.map((name) => renew(name)),
      fc.constant(0).map(() => expire()),
      fc.tuple(index, index).map(([at, hold]) => write(at, hold)),
      fc.tuple(index, index, fc.constantFrom(...ENDS)).map(([at, hold, state]) => end(at, hold, state)),
      index.map((at) => stop(at)),
      index.map((at) => retry(at)),
      fc.tuple(index, index, approval).map(([at, hold, id]) => pause(at, hold, id)),
      fc.tuple(index, approval, fc.boolean()).map(([at, id, yes]) => decide(at, id, yes)),
      fc.tuple(index, fc.boolean()).map(([at, late]) => expireApprovals(at, late)),
    ];
    await fc.assert(
      fc.asyncProperty(fc.commands(steps, { maxCommands: 60, size: 'max' }), async (commands) => {
        const world = newWorld();
        await fc.asyncModelRun(() => ({ model: { runs: [] }, real: world }), commands);
      }),
      { numRuns: 60, endOnFailure: true },
    );
  }, 240_000);
});
