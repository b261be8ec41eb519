import { withBranches } from './branches.js';
import type { Message } from './message.contract.js';

const message = (id: string, position: number, parent: string | null, type = 'assistant'): Message =>
  ({ id, position, parent_id: parent, type, content: id }) as Message;
const beside = (id: string, position: number, parentId: string | null, type = 'assistant') =>
  ({ id, position, parentId, type }) as never;

describe('the branches of shown messages', () => {
  it('counts versions of a question and answers to one, in the order in which they were made', () => {
    const shown = [message('q1', 1, null, 'user'), message('a1b', 5, 'q1'), message('q2', 6, 'a1b', 'user')];
    const others = [beside('q0', 9, null, 'user'), beside('a1', 2, 'q1'), beside('a1c', 8, 'q1')];
    expect(withBranches(shown, others).map(({ branches }) => branches)).toEqual([
      { index: 1, count: 2, ids: ['q1', 'q0'] },
      { index: 2, count: 3, ids: ['a1', 'a1b', 'a1c'] },
      undefined,
    ]);
  });

  it('never counts a question among answers', () => {
    const shown = [message('a2', 4, 'a1')];
    expect(withBranches(shown, [beside('q2', 3, 'a1', 'user')])[0]?.branches).toBeUndefined();
  });
});
