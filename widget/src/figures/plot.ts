import type { Cell, ChannelSpec, ChartSpec, DataRow } from '../client/wire.js';

/** A channel that is drawn: it names a field of the rows. */
export type Axis = ChannelSpec & { readonly field: string };

/** One mark: its place on the axis of names or times, and from which to which figure it reaches. */
export interface Mark {
  readonly row: DataRow;
  readonly place: Cell;
  readonly series: number;
  readonly from: number;
  readonly to: number;
}

/** What is drawn, without pixels. */
export interface Plot {
  readonly kind: ChartSpec['mark'];
  /** The axis of names or times; `measure` is that of the figures. */
  readonly axis: Axis;
  readonly measure: Axis;
  /** Whether figures go up rather than to the right. */
  readonly upright: boolean;
  readonly places: readonly Cell[];
  readonly color: Axis | undefined;
  readonly series: readonly Cell[];
  readonly stacked: boolean;
  /** Whether figures are shares of the whole of their place. */
  readonly shares: boolean;
  /** Smallest step between figures: 1 where all of them are counts, else 0. */
  readonly least: number;
  /** Lowest and highest figure; 0 lies within. */
  readonly extent: readonly [number, number];
  readonly facets: readonly { readonly title: Cell; readonly marks: readonly Mark[] }[];
}

export const axisOf = (spec: ChartSpec, channel: keyof ChartSpec['encoding']): Axis | undefined => {
  const found = spec.encoding[channel];
  return found?.field === undefined ? undefined : (found as Axis);
};

export const cell = (row: DataRow, axis: Axis | undefined): Cell => (axis ? (row[axis.field] ?? null) : null);

export const distinct = (rows: readonly DataRow[], axis: Axis | undefined): Cell[] =>
  axis ? [...new Set(rows.map((row) => cell(row, axis)))] : [];

/**
 * In: the spec and rows of a chart with two axes of which one has figures. Out: undefined for another kind of chart. A
 * row without a figure has a place and no mark.
 */
export function plotOf(spec: ChartSpec, rows: readonly DataRow[]): Plot | undefined {
  const [x, y] = [axisOf(spec, 'x'), axisOf(spec, 'y')];
  if (!x || !y) return undefined;
  const upright =
    y.stack !== undefined ||
    (x.stack === undefined && (y.type === 'quantitative' || x.type !== 'quantitative'));
  const [axis, measure] = upright ? [x, y] : [y, x];
  if (measure.type !== 'quantitative') return undefined;
  const color = axisOf(spec, 'color');
  const column = axisOf(spec, 'column');
  const base = { axis, measure, color, series: color ? distinct(rows, color) : [null] };
  const stacked = typeof measure.stack === 'string';
  const shares = measure.stack === 'normalize';
  const places = distinct(rows, axis);
  const titles = column ? distinct(rows, column) : [null];
  const facets = titles.map((title) => {
    const own = rows.filter((row) => cell(row, column) === title && cell(row, measure) !== null);
    const marks = own.map((row) => toMark(row, base));
    return { title, marks: stacked ? stack(marks, shares) : marks };
  });
  const ends = facets.flatMap(({ marks }) => marks.flatMap(({ from, to }) => [from, to]));
  const least = !shares && ends.every(Number.isInteger) ? 1 : 0;
  const extent = [0, ...ends].reduce<[number, number]>(
    ([low, high], end) => [Math.min(low, end), Math.max(high, end)],
    [0, 0],
  );
  return { kind: spec.mark, ...base, upright, places, stacked, shares, least, extent, facets };
}

function toMark(
  row: DataRow,
  { axis, measure, color, series }: Pick<Plot, 'axis' | 'measure' | 'color' | 'series'>,
): Mark {
  const to = Number(cell(row, measure));
  return { row, place: cell(row, axis), series: series.indexOf(cell(row, color)), from: 0, to };
}

/** Puts the marks of a place on each other, what is below 0 downwards; as shares of their sum where that is asked for. */
function stack(marks: readonly Mark[], shares: boolean): Mark[] {
  const sums = new Map<Cell, { up: number; down: number }>();
  const totals = new Map<Cell, number>();
  for (const { place, to } of marks) totals.set(place, (totals.get(place) ?? 0) + Math.abs(to));
  return [...marks]
    .sort((a, b) => a.series - b.series)
    .map((mark) => {
      const sum = sums.get(mark.place) ?? { up: 0, down: 0 };
      sums.set(mark.place, sum);
      const size = shares ? mark.to / (totals.get(mark.place) || 1) : mark.to;
      const side = size < 0 ? 'down' : 'up';
      const from = sum[side];
      sum[side] += size;
      return { ...mark, from, to: sum[side] };
    });
}
