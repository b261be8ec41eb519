import type { ToolCallPiece } from './providers/model-provider.contract.js';
import { ToolCalls } from './tool-calls.js';

const piece = (text: string, more: Partial<ToolCallPiece> = {}): ToolCallPiece => ({
  ...{ index: undefined, id: undefined, name: undefined, text },
  ...more,
});
const put = (...pieces: ToolCallPiece[]): ToolCalls => {
  const calls = new ToolCalls();
  for (const one of pieces) calls.add(one);
  return calls;
};

describe('calls of tools in pieces', () => {
  it('are put together by their numbers', () => {
    const calls = put(
      piece('', { index: 0, id: 'a', name: 'one' }),
      piece('{"x"', { index: 0 }),
      piece('', { index: 1, id: 'b', name: 'two' }),
      piece(':1}', { index: 0 }),
      piece('{}', { index: 1 }),
    );
    expect(calls.finished(false)).toEqual([
      { id: 'a', name: 'one', arguments: '{"x":1}' },
      { id: 'b', name: 'two', arguments: '{}' },
    ]);
  });

  it.each<[string, ToolCallPiece[]]>([
    [
      'gives all of them one number',
      [piece('{"x":1}', { index: 0, id: 'a', name: 'one' }), piece('{}', { index: 0, id: 'b', name: 'two' })],
    ],
    [
      'gives no numbers',
      [piece('{"x"', { id: 'a', name: 'one' }), piece(':1}'), piece('{}', { id: 'b', name: 'two' })],
    ],
    [
      'repeats id and name in each piece',
      [
        piece('{"x"', { index: 0, id: 'a', name: 'one' }),
        piece(':1}', { index: 0, id: 'a', name: 'one' }),
        piece('{}', { index: 1, id: 'b', name: 'two' }),
      ],
    ],
  ])('are told apart where a server %s', (_name, pieces) => {
    expect(put(...pieces).finished(false)).toEqual([
      { id: 'a', name: 'one', arguments: '{"x":1}' },
      { id: 'b', name: 'two', arguments: '{}' },
    ]);
  });

  it('have ids that every provider takes back, and no two the same', () => {
    const calls = put(
      piece('', { index: 0, name: 'one' }),
      piece('', { index: 1, id: 'a b', name: 'one' }),
      piece('', { index: 2, id: 'x'.repeat(41), name: 'one' }),
      piece('', { index: 3, id: 'same', name: 'one' }),
      piece('', { index: 4, id: 'same', name: 'one' }),
    );
    const ids = calls.finished(false).map(({ id }) => id);
    expect(new Set(ids).size).toBe(5);
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]{1,40}$/);
    expect(ids[3]).toBe('same');
  });

  it.each(['', 'rm -rf', 'ünï', 'x'.repeat(65)])(
    'have a name that every provider takes back, not %p',
    (name) => {
      const [call] = put(piece('', { index: 0, id: 'a', name })).finished(false);
      expect(call?.name).toBe('unreadable');
    },
  );

  it('have no arguments where none came, unless they may have been cut off', () => {
    const calls = put(piece('', { index: 0, id: 'a', name: 'one' }));
    expect(calls.finished(false)[0]?.arguments).toBe('{}');
    expect(calls.finished(true)[0]?.arguments).toBe('');
  });

  it.each<[string, () => ToolCallPiece[]]>([
    ['a piece of no call', () => [piece('{}', { index: 0 })]],
    ['a piece of no call and no number', () => [piece('{}')]],
    [
      '33 calls',
      () => Array.from({ length: 33 }, (_, index) => piece('', { index, id: `${index}`, name: 'one' })),
    ],
    ['endless arguments', () => [piece('x'.repeat(200_001), { index: 0, id: 'a', name: 'one' })]],
  ])('are refused with %s', (_name, pieces) => {
    expect(() => put(...pieces())).toThrow(expect.objectContaining({ name: 'BadAnswerError' }));
  });
});
