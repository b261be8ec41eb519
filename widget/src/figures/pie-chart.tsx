import type { ChartSpec, DataRow } from '../client/wire.js';
import { labelOf } from './axes.js';
import { numberText } from './format.js';
import { colour } from './marks.js';
import { type Axis, axisOf, cell } from './plot.js';

export interface Slice {
  readonly name: string;
  readonly figure: string;
  /** Of the whole, from 0 to 1. */
  readonly from: number;
  readonly to: number;
}

/** In: the spec and rows of a pie. Out: its slices in order; undefined for another kind of chart. */
export function slicesOf(
  spec: ChartSpec,
  rows: readonly DataRow[],
  locale: string | undefined,
): Slice[] | undefined {
  const [theta, color] = [axisOf(spec, 'theta'), axisOf(spec, 'color')];
  if (!theta || !color) return undefined;
  const total = rows.reduce((sum, row) => sum + Number(cell(row, theta)), 0);
  let reached = 0;
  return rows.map((row) => slice(row, theta, color));

  function slice(row: DataRow, size: Axis, name: Axis): Slice {
    const from = reached;
    reached += total > 0 ? Number(cell(row, size)) / total : 0;
    return {
      name: labelOf(cell(row, name), name, locale),
      figure: labelOf(cell(row, size), size, locale),
      from,
      to: reached,
    };
  }
}

/** A ring; what its slices are called and how large they are stands beside it. */
export function PieChart({
  slices,
  size,
  locale,
}: {
  slices: readonly Slice[];
  size: number;
  locale: string | undefined;
}) {
  const share = (one: Slice): string => numberText(one.to - one.from, '.1%', locale);
  return (
    <span class="pie">
      <svg viewBox="-50 -50 100 100" width={size} height={size}>
        {slices.map((one, index) => (
          <path class={`mark slice ${colour(index)}`} d={ring(one)}>
            <title>{`${one.name}: ${one.figure} (${share(one)})`}</title>
          </path>
        ))}
      </svg>
      <span class="legend rows">
        {slices.map((one, index) => (
          <span class={colour(index)}>
            <i />
            {one.name} <b>{one.figure}</b> <small>{share(one)}</small>
          </span>
        ))}
      </span>
    </span>
  );
}

const OUTER = 48;
const INNER = 27;

function ring({ from, to }: Slice): string {
  const end = Math.min(to, from + 0.9999);
  const at = (turn: number, radius: number): string =>
    `${(Math.sin(turn * 2 * Math.PI) * radius).toFixed(3)} ${(-Math.cos(turn * 2 * Math.PI) * radius).toFixed(3)}`;
  const large = end - from > 0.5 ? 1 : 0;
  return [
    `M${at(from, OUTER)}A${OUTER} ${OUTER} 0 ${large} 1 ${at(end, OUTER)}`,
    `L${at(end, INNER)}A${INNER} ${INNER} 0 ${large} 0 ${at(from, INNER)}Z`,
  ].join('');
}
