import { isBoundedJson } from './bounded-json.js';

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));

describe('bounded JSON', () => {
  it('takes values up to the given depth and no deeper', () => {
    expect(isBoundedJson(nested(4), { depth: 4, nodes: 100 })).toBe(true);
    expect(isBoundedJson(nested(5), { depth: 4, nodes: 100 })).toBe(false);
  });

  it('survives thousands of levels', () => {
    expect(isBoundedJson(nested(5000), { depth: 32, nodes: 100_000 })).toBe(false);
  });

  it('counts values', () => {
    expect(isBoundedJson([1, 2, 3], { depth: 2, nodes: 4 })).toBe(true);
    expect(isBoundedJson([1, 2, 3, 4], { depth: 2, nodes: 4 })).toBe(false);
  });
});
