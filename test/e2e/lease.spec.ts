import fc from 'fast-check';
import { DataSource } from 'typeorm';
import { ChatRepository } from '../../src/chat/chat.repository.js';
import { dataSourceOptions } from '../../src/database/data-source.js';
import { Scope } from '../../src/database/scope.js';
import { RunsRepository } from '../../src/runs/runs.repository.js';
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

  it('is taken over though a retry of an earlier question waits', async () => {
    const scope = new Scope(db);
    const world = new World(db, new ChatRepository(scope), new RunsRepository(scope));
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
    const steps = [
      fc.option(owner).map((name) => accept(name)),
      fc.tuple(index, owner).map(([at, name]) => claim(at, name)),
      owner.map((name) => renew(name)),
      fc.constant(0).map(() => expire()),
      fc.tuple(index, index).map(([at, hold]) => write(at, hold)),
      fc.tuple(index, index, fc.constantFrom(...ENDS)).map(([at, hold, state]) => end(at, hold, state)),
      index.map((at) => stop(at)),
      index.map((at) => retry(at)),
    ];
    const scope = new Scope(db);
    await fc.assert(
      fc.asyncProperty(fc.commands(steps, { maxCommands: 60, size: 'max' }), async (commands) => {
        const world = new World(db, new ChatRepository(scope), new RunsRepository(scope));
        await fc.asyncModelRun(() => ({ model: { runs: [] }, real: world }), commands);
      }),
      { numRuns: 60, endOnFailure: true },
    );
  }, 240_000);
});
