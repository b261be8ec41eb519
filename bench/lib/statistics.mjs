/** In: numbers, and a share from 0 to 1. Out: the value below which that share lies (nearest rank). */
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))];
}

/** The middle value; between two middle ones their mean. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** In: two numbers a round. Out: their quotient a round. */
export function ratios(upper, lower) {
  return upper.map((value, round) => value / lower[round]);
}
