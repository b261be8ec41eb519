import { Background } from './background.js';

/** Work that ends when it is told to, with what it was given so far. */
function setUp(limits = { atOnce: 2, waiting: 3 }) {
  const begun: string[] = [];
  const failures: unknown[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  const background = new Background<string>(
    limits,
    (item, signal) => {
      begun.push(item);
      return new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error));
        ends.set(item, (error) => (error ? reject(error) : resolve()));
      });
    },
    (item, error) => failures.push([item, (error as Error).message]),
  );
  const end = async (item: string, error?: Error): Promise<void> => {
    ends.get(item)?.(error);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { background, begun, failures, end };
}

describe('work that nobody waits for', () => {
  it('is done some at once, and the rest when there is a place', async () => {
    const { background, begun, end } = setUp();
    for (const key of ['a', 'b', 'c']) background.add(key, key);
    expect(begun).toEqual(['a', 'b']);
    await end('a');
    expect(begun).toEqual(['a', 'b', 'c']);
  });

  it('is never done twice at once for one key, and of what waits only the newest', async () => {
    const { background, begun, end } = setUp();
    for (const item of ['a1', 'a2', 'a3']) background.add('a', item);
    expect(begun).toEqual(['a1']);
    await end('a1');
    expect(begun).toEqual(['a1', 'a3']);
  });

  it('is dropped where too much waits', async () => {
    const { background, begun, end } = setUp({ atOnce: 1, waiting: 1 });
    for (const key of ['a', 'b', 'c']) background.add(key, key);
    await end('a');
    await end('b');
    expect(begun).toEqual(['a', 'b']);
  });

  it('goes on after a failure, which is told', async () => {
    const { background, begun, failures, end } = setUp({ atOnce: 1, waiting: 1 });
    background.add('a', 'a');
    background.add('b', 'b');
    await end('a', new Error('No'));
    expect([begun, failures]).toEqual([['a', 'b'], [['a', 'No']]]);
  });

  it('is given up at the end, and that is no failure', async () => {
    const { background, begun, failures } = setUp({ atOnce: 1, waiting: 1 });
    background.add('a', 'a');
    background.add('b', 'b');
    await background.close();
    background.add('c', 'c');
    expect([begun, failures]).toEqual([['a'], []]);
  });
});
