import type { Cell, DataRow } from '../../common/parts/data-column.contract.js';
import { type ChartPlan, isContinuous, type PlannedChannel } from './chart-plan.js';
import { sumOf } from './exact-number.js';
import { groupBy } from '../../common/group-by.js';
import { TIME_UNITS } from './time-units.js';
import { compareCells } from './view-columns.js';

/**
 * The channels that rows are ordered by, the most important first: the small charts, the axis, then the rest.
 * In: a plan. Out: all its channels but that of the figures.
 */
export function orderOf({ mark, channels, measure }: ChartPlan): PlannedChannel[] {
  const axis = mark === 'arc' ? 'color' : measure?.channel === 'x' ? 'y' : 'x';
  const leading = [axis, 'column'];
  return channels
    .filter((channel) => channel !== measure)
    .sort((a, b) => leading.lastIndexOf(b.channel) - leading.lastIndexOf(a.channel));
}

/**
 * Puts rows in the order in which they are drawn. Times and numbers ascend unless asked otherwise; names keep the order
 * of the dataset, ordinal numbers and days of the week their own. A name sorted by `-y` comes before names whose total
 * on y is lower.
 */
export function orderRows(rows: readonly DataRow[], plan: ChartPlan): DataRow[] {
  const ranks = orderOf(plan).map((channel) => ({ key: channel.key, rank: ranksOf(rows, channel, plan) }));
  return rows.toSorted((a, b) => {
    for (const { key, rank } of ranks) {
      const difference = rank.get(a[key]!)! - rank.get(b[key]!)!;
      if (difference !== 0) return difference;
    }
    return 0;
  });
}

function ranksOf(rows: readonly DataRow[], channel: PlannedChannel, plan: ChartPlan): Map<Cell, number> {
  const values = [...new Set(rows.map((row) => row[channel.key]!))];
  const compare = comparatorOf(rows, channel, plan);
  if (compare) values.sort(compare);
  return new Map(values.map((value, index) => [value, index]));
}

type Compare = (a: Cell, b: Cell) => number;

function comparatorOf(
  rows: readonly DataRow[],
  channel: PlannedChannel,
  plan: ChartPlan,
): Compare | undefined {
  const { sort, timeUnit } = channel.spec;
  const natural =
    timeUnit && TIME_UNITS[timeUnit].values ? byPlace(TIME_UNITS[timeUnit].values) : compareCells;
  switch (sort) {
    case null:
      return undefined;
    case undefined: {
      const hasOrder = isContinuous(channel) || timeUnit !== undefined;
      return hasOrder || (channel.type === 'ordinal' && isNumbers(rows, channel)) ? natural : undefined;
    }
    case 'ascending':
      return natural;
    case 'descending':
      return (a, b) => natural(b, a);
    default:
      return byTotal(
        rows,
        channel,
        plan.channels.find((other) => other.channel === sort.replace('-', ''))!,
      );
  }
}

const isNumbers = (rows: readonly DataRow[], { key }: PlannedChannel): boolean =>
  rows.every((row) => row[key] === null || typeof row[key] === 'number');

function byPlace(values: readonly string[]): Compare {
  const place = (value: Cell): number => (value === null ? values.length : values.indexOf(String(value)));
  return (a, b) => place(a) - place(b);
}

function byTotal(rows: readonly DataRow[], channel: PlannedChannel, by: PlannedChannel): Compare {
  const parts = groupBy(rows, (row) => row[channel.key] ?? null);
  const totals = new Map(
    [...parts].map(([name, group]) => [name, sumOf(group.map((row) => Number(row[by.key])))]),
  );
  const sign = channel.spec.sort?.startsWith('-') ? -1 : 1;
  return (a, b) => sign * (totals.get(a)! - totals.get(b)!);
}
