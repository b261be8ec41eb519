import { topicsOf } from './topics.js';

const never = new AbortController().signal;
const words = (text: string): string[] => text.split(' ');
const asked = (...all: [user: string, text: string][]) => all.map(([user, text]) => ({ user, text }));

describe('topics', () => {
  it('are terms of three users or more, counted once a question', async () => {
    const questions = asked(
      ['a', 'refund refund alpha'],
      ['a', 'refund'],
      ['b', 'refund beta'],
      ['c', 'refund beta'],
      ['a', 'alpha'],
      ['a', 'alpha'],
      ['a', 'alpha'],
    );
    expect(await topicsOf(questions, words, never)).toEqual([{ term: 'refund', questions: 4, users: 3 }]);
  });

  it('are never numbers of whatever', async () => {
    const questions = asked(['a', '0171555 x1'], ['b', '0171555 x1'], ['c', '0171555 x1'], ['d', '٣٤٥']);
    expect(await topicsOf(questions, words, never)).toEqual([]);
  });

  it('are twenty at most, the most frequent first', async () => {
    const terms = Array.from({ length: 30 }, (_, index) => 'ab'.repeat(index + 1));
    const questions = ['a', 'b', 'c'].flatMap((user) =>
      terms.map((_, index) => ({ user, text: terms.slice(index).join(' ') })),
    );
    const topics = await topicsOf(questions, words, never);
    expect(topics).toHaveLength(20);
    expect(topics[0]).toEqual({ term: terms[29], questions: 90, users: 3 });
  });

  it('stop when they are told to', async () => {
    const stop = new AbortController();
    const reason = new Error('stopped');
    stop.abort(reason);
    await expect(topicsOf(asked(['a', 'x']), words, stop.signal)).rejects.toBe(reason);
  });
});
