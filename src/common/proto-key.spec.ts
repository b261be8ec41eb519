import { findProtoKey } from './proto-key.js';

describe('findProtoKey', () => {
  it.each<[string, string[] | undefined]>([
    ['{"__proto__":null}', ['__proto__']],
    ['[1,{"a":{"b":[{"__proto__":{}}]}}]', ['1', 'a', 'b', '0', '__proto__']],
    ['{"proto":"__proto__","constructor":{"prototype":{}}}', undefined],
    ['"__proto__"', undefined],
    ['null', undefined],
  ])('%s', (text, path) => expect(findProtoKey(JSON.parse(text))).toEqual(path));

  it('survives a hundred thousand levels', () => {
    const text = `${'['.repeat(100_000)}{"__proto__":1}${']'.repeat(100_000)}`;
    expect(findProtoKey(JSON.parse(text))).toHaveLength(100_001);
  });
});
