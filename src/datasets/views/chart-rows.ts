import type { Cell, DataRow } from '../../common/parts/data-column.contract.js';
import type { Dataset } from '../dataset.js';
import { type ChartPlan, isContinuous, type PlannedChannel } from './chart-plan.js';
import { groupBy } from '../../common/group-by.js';
import { measure } from './measures.js';
import { TIME_UNITS } from './time-units.js';
import { viewError } from './view-columns.js';

export interface ChartRows {
  /** One for each mark, not yet in order. */
  readonly rows: DataRow[];
  /** Rows of the dataset that cannot be drawn, because a value on an axis is missing. */
  readonly omitted: number;
}

type Row = readonly Cell[];

interface Group {
  /** The values of the channels without an aggregate, in their order. */
  readonly names: readonly Cell[];
  readonly rows: readonly Row[];
}

/** Computes what a chart draws: periods of time, groups and their aggregates. Throws DATASET_VIEW_INVALID. */
export function computeRows(dataset: Dataset, plan: ChartPlan): ChartRows {
  const dimensions = plan.channels.filter(({ spec }) => !spec.aggregate);
  const groups = plan.grouped
    ? grouped(dataset.rows, dimensions)
    : dataset.rows.map((row) => ({ names: namesOf(row, dimensions), rows: [row] }));
  const rows: DataRow[] = [];
  let omitted = 0;
  for (const group of groups) {
    const drawn = drawnRow(group, plan, dimensions);
    if (plan.channels.some((channel) => isContinuous(channel) && drawn[channel.key] === null))
      omitted += group.rows.length;
    else rows.push(drawn);
  }
  refuseNegative(rows, plan);
  return { rows, omitted };
}

function grouped(rows: readonly Row[], dimensions: readonly PlannedChannel[]): Group[] {
  const named = rows.map((row) => ({ row, names: namesOf(row, dimensions) }));
  return [...groupBy(named, ({ names }) => JSON.stringify(names)).values()].map((group) => ({
    names: group[0]!.names,
    rows: group.map(({ row }) => row),
  }));
}

function namesOf(row: Row, dimensions: readonly PlannedChannel[]): Cell[] {
  return dimensions.map(({ spec, index }) => {
    const value = row[index] ?? null;
    return spec.timeUnit && typeof value === 'string' ? TIME_UNITS[spec.timeUnit].of(value) : value;
  });
}

function drawnRow({ names, rows }: Group, plan: ChartPlan, dimensions: readonly PlannedChannel[]): DataRow {
  return Object.fromEntries(
    plan.channels.map((channel) => [
      channel.key,
      channel.spec.aggregate
        ? measure(
            channel.spec.aggregate,
            rows.map((row) => row[channel.index] ?? null),
          )
        : (names[dimensions.indexOf(channel)] ?? null),
    ]),
  );
}

function refuseNegative(rows: readonly DataRow[], { mark, measure: numbers }: ChartPlan): void {
  if (!numbers || (mark !== 'arc' && numbers.spec.stack !== 'normalize')) return;
  if (rows.some((row) => Number(row[numbers.key]) < 0))
    throw viewError(`${numbers.title} has values below 0, which have no share of a whole. Take a bar chart.`);
}
