import { median } from './statistics.mjs';

const digits = (unit) => (unit === 'answers' ? 0 : 2);

/** In: a claim with its value a round. Out: it with its smallest, middle and largest value, and whether its aim is met. */
export function judge(claim) {
  const { values, aim } = claim;
  const middle = median(values);
  const met = aim && (aim.max === undefined ? middle >= aim.min : middle <= aim.max);
  return { ...claim, min: Math.min(...values), median: middle, max: Math.max(...values), met };
}

/** One line a claim. */
export function lineOf({ text, unit, min, median: middle, max, aim, met }) {
  const show = (value) => value.toFixed(digits(unit));
  const spread = `${show(min)} - ${show(middle)} - ${show(max)} ${unit}`;
  return `${text.padEnd(66)} ${show(middle).padStart(7)} ${unit.padEnd(7)}  ${spread.padEnd(30)}  ${verdict(aim, met, unit)}`;
}

export const HEADING = `${'claim'.padEnd(66)} ${'median'.padStart(7)} ${''.padEnd(7)}  ${'min - median - max over rounds'.padEnd(30)}  aim`;

function verdict(aim, met, unit) {
  if (!aim) return 'none';
  const bound = aim.max === undefined ? `at least ${aim.min}` : `at most ${aim.max}`;
  return `${aim.stage}: ${bound} ${unit}: ${met ? 'met' : 'NOT MET'}`;
}
