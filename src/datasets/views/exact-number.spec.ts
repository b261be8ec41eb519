import fc from 'fast-check';
import { meanOf, medianOf, sumOf } from './exact-number.js';

const cents = fc.integer({ min: -1_000_000_000, max: 1_000_000_000 });
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

/** The sum as a fraction of whole numbers, from the binary value of each double: another way to the same. */
function binarySum(values: readonly number[]): { over: bigint; under: bigint } {
  const view = new DataView(new ArrayBuffer(8));
  const under = 1n << 1074n;
  let over = 0n;
  for (const value of values) {
    view.setFloat64(0, value);
    const bits = view.getBigUint64(0);
    const exponent = (bits >> 52n) & 0x7ffn;
    const fraction = bits & ((1n << 52n) - 1n);
    const whole = exponent === 0n ? fraction : (fraction | (1n << 52n)) << (exponent - 1n);
    over += bits >> 63n ? -whole : whole;
  }
  return { over, under };
}

describe('exact sums', () => {
  it.each([
    [[0.1, 0.2], 0.3],
    [[1e21, 1], 1e21],
    [[1e16, 1, -1e16], 1],
    [[9007199254740991, 1, 2], 9007199254740994],
    [[1e308, 5e-324, -1e308], 5e-324],
    [[-0, 0], 0],
    [[1.5e-7, 2.5e-7], 4e-7],
    [[], 0],
  ])('of %p are %p', (values, sum) => expect(sumOf(values)).toBe(sum));

  it('of amounts in cents are those of whole cents', () => {
    fc.assert(
      fc.property(fc.array(cents, { maxLength: 300 }), (amounts) => {
        const whole = amounts.reduce((sum, amount) => sum + BigInt(amount), 0n);
        expect(sumOf(amounts.map((amount) => amount / 100))).toBe(Number(`${whole}e-2`));
      }),
    );
  });

  it('do not depend on the order', () => {
    fc.assert(
      fc.property(fc.array(finite, { maxLength: 40 }), (values) => {
        expect(sumOf(values.toReversed())).toBe(sumOf(values));
      }),
    );
  });

  it('are within one rounding of each value of the sum of the binary values', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 40 }),
        (values) => {
          const { over, under } = binarySum(values);
          const reference = Number((over * 10n ** 30n) / under) / 1e30;
          const slack = 1e-15 * values.reduce((sum, value) => sum + Math.abs(value), 0) + 1e-30;
          expect(Math.abs(sumOf(values) - reference)).toBeLessThanOrEqual(slack);
        },
      ),
    );
  });

  it('have no number that a double does not', () => {
    expect(sumOf([1.7e308, 1.7e308])).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('means and medians', () => {
  it.each([
    [[0.1, 0.2], 0.15],
    [[1, 2], 1.5],
    [[1, 0, 0], 1 / 3],
    [[-1, 0, 0], -1 / 3],
    [[2, 0, 0], 2 / 3],
    [[0.07, 0.14, 0.21], 0.14],
  ])('mean of %p is %p', (values, mean) => expect(meanOf(values)).toBe(mean));

  it('lie between the lowest and the highest', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e300, max: 1e300, noNaN: true }), { minLength: 1 }),
        (values) => {
          for (const middle of [meanOf(values), medianOf(values)]) {
            expect(middle).toBeGreaterThanOrEqual(Math.min(...values));
            expect(middle).toBeLessThanOrEqual(Math.max(...values));
          }
        },
      ),
    );
  });

  it('of a constant are the constant', () => {
    fc.assert(
      fc.property(finite, fc.integer({ min: 1, max: 50 }), (value, count) => {
        const values = Array.from({ length: count }, () => value);
        expect(meanOf(values) === value && medianOf(values) === value).toBe(true);
      }),
    );
  });

  it('take the middle value, whatever the order', () => {
    expect(medianOf([10, 9, 1])).toBe(9);
    expect(medianOf([3, 0.2, 0.1, 100])).toBe(1.6);
  });
});
