import { GroupCommit } from './group-commit.js';

/** A database that answers when it is told to. */
function setUp(options?: { lanes: number; size: number }) {
  const statements: { items: number[]; answer: () => void; fail: (error: unknown) => void }[] = [];
  const commit = new GroupCommit<number, string>(
    (items) =>
      new Promise((resolve, reject) => {
        statements.push({
          items: [...items],
          answer: () => resolve(items.map((item) => `row ${item}`)),
          fail: reject,
        });
      }),
    options,
  );
  return { commit, statements };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
const failure = (code: string): Error => Object.assign(new Error('refused'), { code });

describe('GroupCommit', () => {
  it('writes what comes in one turn together and gives each its own row', async () => {
    const { commit, statements } = setUp();
    const rows = Promise.all([commit.add(1), commit.add(2), commit.add(3)]);
    await turn();
    expect(statements.map(({ items }) => items)).toEqual([[1, 2, 3]]);
    statements[0]?.answer();
    expect(await rows).toEqual(['row 1', 'row 2', 'row 3']);
  });

  it('lets what comes while every lane is busy wait and go together, in order', async () => {
    const { commit, statements } = setUp({ lanes: 1, size: 2 });
    const rows: Promise<string>[] = [commit.add(1)];
    await turn();
    rows.push(commit.add(2), commit.add(3), commit.add(4));
    await turn();
    expect(statements).toHaveLength(1);
    for (let index = 0; index < 3; index += 1) {
      statements[index]?.answer();
      await turn();
    }
    expect(statements.map(({ items }) => items)).toEqual([[1], [2, 3], [4]]);
    expect(await Promise.all(rows)).toEqual(['row 1', 'row 2', 'row 3', 'row 4']);
  });

  it('tries each apart where one item may be the cause, so that only that one fails', async () => {
    const { commit, statements } = setUp();
    const rows = Promise.allSettled([commit.add(1), commit.add(2)]);
    await turn();
    statements[0]?.fail(failure('22P05'));
    await turn();
    statements[1]?.fail(failure('22P05'));
    await turn();
    statements[2]?.answer();
    expect((await rows).map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(statements.map(({ items }) => items)).toEqual([[1, 2], [1], [2]]);
  });

  it('fails all at once where the database is the cause, and works again afterwards', async () => {
    const { commit, statements } = setUp();
    const rows = Promise.allSettled([commit.add(1), commit.add(2)]);
    await turn();
    statements[0]?.fail(failure('57P01'));
    expect((await rows).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const later = commit.add(3);
    await turn();
    statements[1]?.answer();
    expect(await later).toBe('row 3');
  });

  it('never mistakes one row for another: a wrong number of rows fails the batch', async () => {
    const commit = new GroupCommit<number, string>(async () => ['only one']);
    const rows = await Promise.allSettled([commit.add(1), commit.add(2)]);
    expect(rows.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
