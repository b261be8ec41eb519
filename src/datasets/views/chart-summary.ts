import type { DataRow } from '../../common/parts/data-column.contract.js';
import { formatChange, formatValue } from '../format-value.js';
import { orderOf } from './chart-order.js';
import { type ChartPlan, type PlannedChannel } from './chart-plan.js';
import { sumOf } from './exact-number.js';
import { groupBy } from '../../common/group-by.js';

const MARKS: Readonly<Record<ChartPlan['mark'], string>> = {
  bar: 'Bar chart',
  line: 'Line chart',
  area: 'Area chart',
  point: 'Scatter plot',
  arc: 'Pie chart',
  rect: 'Heat map',
};
/** Changes are told one by one up to so many lines; more would not be listened to. */
const MAX_SERIES = 4;
const number = new Intl.NumberFormat('en-US');

/**
 * What a chart shows, in sentences, from the rows that are drawn and nothing else: the same rows give the same words.
 * Largest and smallest; along time also the change from first to last.
 */
export function summarise(plan: ChartPlan, rows: readonly DataRow[]): string[] {
  const { measure, mark } = plan;
  const dimensions = orderOf(plan);
  const by = dimensions.map(({ title }) => title).join(' and ');
  const head = `${MARKS[mark]} of ${measure ? `${withUnit(measure)} by ${by}` : by}, ${values(rows.length)}.`;
  if (rows.length === 0)
    return [`${MARKS[mark]} of ${measure ? withUnit(measure) : by}: there is nothing to draw.`];
  if (!measure) return [head];
  return [head, ...extremes(rows, measure, dimensions), ...changes(rows, measure, dimensions)];
}

const values = (count: number): string => (count === 1 ? '1 value' : `${number.format(count)} values`);
const withUnit = ({ title, unit }: PlannedChannel): string => (unit ? `${title} (${unit})` : title);

function extremes(
  rows: readonly DataRow[],
  measure: PlannedChannel,
  dimensions: readonly PlannedChannel[],
): string[] {
  const figure = (row: DataRow): number => row[measure.key] as number;
  const told = (row: DataRow): string => `${show(row, measure)} (${place(row, dimensions)})`;
  const largest = rows.reduce((best, row) => (figure(row) > figure(best) ? row : best));
  const smallest = rows.reduce((best, row) => (figure(row) < figure(best) ? row : best));
  if (rows.length === 1) return [`It is ${told(largest)}.`];
  if (figure(largest) === figure(smallest)) return [`All are ${show(largest, measure)}.`];
  return [`Largest: ${told(largest)}. Smallest: ${told(smallest)}.`];
}

function changes(
  rows: readonly DataRow[],
  measure: PlannedChannel,
  dimensions: readonly PlannedChannel[],
): string[] {
  const time = dimensions.find(({ type }) => type === 'temporal');
  if (!time) return [];
  const others = dimensions.filter((channel) => channel !== time);
  const series = groupBy(rows, (row) => JSON.stringify(others.map(({ key }) => row[key])));
  if (series.size > MAX_SERIES) return [];
  return [...series.values()].flatMap((points) => {
    const [first, last] = ends(points, time);
    if (!first || !last || first[time.key] === last[time.key]) return [];
    const name = others.length > 0 ? `${place(first, others)}: from` : 'From';
    const ending = `${show(last, measure)} (${place(last, [time])})`;
    return [
      `${name} ${show(first, measure)} (${place(first, [time])}) to ${ending}, ${change(first, last, measure)}.`,
    ];
  });
}

/** The earliest and the latest; nothing where several marks share a moment, since then there is no one line. */
function ends(points: readonly DataRow[], time: PlannedChannel): [DataRow?, DataRow?] {
  const at = (row: DataRow): string => String(row[time.key]);
  if (new Set(points.map(at)).size < points.length) return [];
  const sorted = points.toSorted((a, b) => (at(a) < at(b) ? -1 : 1));
  return [sorted[0], sorted.at(-1)];
}

function change(first: DataRow, last: DataRow, { key, format, unit }: PlannedChannel): string {
  const from = first[key] as number;
  const difference = sumOf([last[key] as number, -from]);
  if (difference === 0) return 'no change';
  const told = formatChange(difference, format, unit);
  const share = (difference / Math.abs(from)) * 100;
  return from === 0 || !Number.isFinite(share)
    ? `a change of ${told}`
    : `a change of ${told} (${formatChange(round(share))}%)`;
}

const round = (share: number): number => Math.round(share * 10) / 10;

function show(row: DataRow, { key, format, unit }: PlannedChannel): string {
  return formatValue(row[key]!, format, unit);
}

function place(row: DataRow, dimensions: readonly PlannedChannel[]): string {
  return dimensions.map(({ key, format, unit }) => formatValue(row[key]!, format, unit)).join(', ');
}
