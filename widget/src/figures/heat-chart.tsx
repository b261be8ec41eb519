import type { ChartSpec, DataRow } from '../client/wire.js';
import { FootAxis, labelOf, LETTER, SideAxis } from './axes.js';
import type { Frame } from './axis-chart.js';
import { axisOf, cell, distinct } from './plot.js';
import { bandScale } from './scale.js';

/** A grid whose fields are the fuller the higher their figure. */
export function HeatChart({
  spec,
  rows,
  frame,
}: {
  spec: ChartSpec;
  rows: readonly DataRow[];
  frame: Frame;
}) {
  const [x, y, color] = [axisOf(spec, 'x'), axisOf(spec, 'y'), axisOf(spec, 'color')];
  if (!x || !y || !color) return null;
  const { width, height, locale } = frame;
  const names = distinct(rows, y).map((value) => labelOf(value, y, locale).length);
  const left = Math.min(Math.max(...names, 1) * LETTER + 10, width * 0.4);
  const area = { left, right: width - 12, top: 6, bottom: height - 26 };
  const longest = Math.max(...distinct(rows, x).map((value) => labelOf(value, x, locale).length), 1);
  const figures = rows.map((row) => Number(cell(row, color)));
  const [low, high] = [Math.min(...figures), Math.max(...figures)];
  const across = bandScale(
    distinct(rows, x),
    [area.left, area.right],
    (area.right - area.left) / (Math.min(longest, 14) * LETTER + 12),
  );
  const down = bandScale(distinct(rows, y), [area.top, area.bottom], height / 14);
  const fullness = (figure: number): number =>
    high > low ? 0.12 + (0.88 * (figure - low)) / (high - low) : 1;
  return (
    <>
      <svg viewBox={`0 0 ${width} ${height}`} width={width} height={height} direction="ltr">
        {rows.map((row, index) => (
          <rect
            class="mark c0"
            x={across.place(cell(row, x)) - across.step / 2}
            y={down.place(cell(row, y)) - down.step / 2}
            width={across.step}
            height={down.step}
            fill-opacity={fullness(figures[index]!).toFixed(3)}
          >
            <title>{[x, y, color].map((axis) => labelOf(cell(row, axis), axis, locale)).join(', ')}</title>
          </rect>
        ))}
        <FootAxis scale={across} area={area} label={({ value }) => labelOf(value, x, locale)} />
        <SideAxis scale={down} area={area} label={({ value }) => labelOf(value, y, locale)} />
      </svg>
      <span class="legend">
        {labelOf(low, color, locale)} <i class="ramp" /> {labelOf(high, color, locale)}
      </span>
    </>
  );
}
