import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import fc from 'fast-check';
import { TokenCounter } from './token-counter.js';

const exactly = (text: string): number => countTokens(text, { disallowedSpecial: new Set() });

describe('counting tokens', () => {
  const counter = new TokenCounter();

  it('is exact for short texts, special tokens included as plain text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 256 }), async (text) => {
        expect(await counter.count(text, 1000)).toBe(exactly(text));
      }),
    );
    expect(await counter.count('a <|endoftext|> b', 100)).toBe(exactly('a <|endoftext|> b'));
  });

  it('is never below and hardly above the exact count for long prose', async () => {
    const prose = 'The click-through rate rose to 2.3 % in March, while costs fell; why? '.repeat(100);
    const count = await counter.count(prose, 100_000);
    expect(count).toBeGreaterThanOrEqual(exactly(prose));
    expect(count).toBeLessThan(exactly(prose) * 1.02);
    expect(await counter.count(prose, 100_000)).toBe(count);
  });

  it('stops soon after the limit', async () => {
    const started = performance.now();
    const count = await counter.count('漢字'.repeat(1_000_000), 50);
    expect(count).toBeGreaterThan(50);
    expect(count).toBeLessThan(1500);
    expect(performance.now() - started).toBeLessThan(500);
  });

  it('does not take a count that was stopped for the whole', async () => {
    const text = 'word '.repeat(2000);
    expect(await counter.count(text, 10)).toBeLessThan(1000);
    expect(await counter.count(text, 100_000)).toBeGreaterThanOrEqual(exactly(text));
  });
});
