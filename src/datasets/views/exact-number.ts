/**
 * Sums of decimals as they are written, not as they are stored: 0.1 + 0.2 is 0.3. Every value is taken as its shortest
 * decimal text (ECMA-262, Number::toString), added as a whole number of a common power of ten, and rounded to a double
 * once, at the end.
 */
interface Decimal {
  readonly digits: bigint;
  /** The value is `digits` / 10 ** `scale`. */
  readonly scale: number;
}

/** Digits of a quotient that are computed before it is rounded; a double has 17. */
const QUOTIENT_DIGITS = 30n;

/** In: finite numbers. Out: their exact sum, rounded once; 0 for none; infinite where no double holds it. */
export function sumOf(values: readonly number[]): number {
  return smallSum(values) ?? toNumber(decimalSum(values));
}

/** Out: the mean, exact to 30 digits before it is rounded. NaN for none. */
export function meanOf(values: readonly number[]): number {
  if (values.length === 0) return Number.NaN;
  const { digits, scale } = decimalSum(values);
  const count = BigInt(values.length);
  const scaled = digits * 10n ** QUOTIENT_DIGITS;
  const rest = scaled % count === 0n ? 0n : digits < 0n ? -1n : 1n;
  return toNumber({ digits: (scaled / count) * 10n + rest, scale: scale + Number(QUOTIENT_DIGITS) + 1 });
}

/** Out: the middle value, or the mean of the two in the middle. NaN for none. */
export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : meanOf(sorted.slice(middle - 1, middle + 1));
}

/** The sum where every step of it is a whole number that a double holds exactly. */
function smallSum(values: readonly number[]): number | undefined {
  let sum = 0;
  for (const value of values) {
    sum += value;
    if (!Number.isSafeInteger(value) || !Number.isSafeInteger(sum)) return undefined;
  }
  return sum;
}

function decimalSum(values: readonly number[]): Decimal {
  const decimals = values.map(toDecimal);
  const scale = decimals.reduce((most, one) => Math.max(most, one.scale), 0);
  const digits = decimals.reduce((sum, one) => sum + one.digits * powerOfTen(scale - one.scale), 0n);
  return { digits, scale };
}

const powers = new Map<number, bigint>();

function powerOfTen(exponent: number): bigint {
  const known = powers.get(exponent);
  if (known !== undefined) return known;
  const power = 10n ** BigInt(exponent);
  powers.set(exponent, power);
  return power;
}

function toDecimal(value: number): Decimal {
  const [mantissa = '0', exponent = '0'] = String(value).split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  return { digits: BigInt(whole + fraction), scale: fraction.length - Number(exponent) };
}

function toNumber({ digits, scale }: Decimal): number {
  return Number(`${digits}e${-scale}`);
}
