import type { Cell } from '../client/wire.js';
import { type Axis } from './plot.js';
import type { Scale, Tick } from './scale.js';
import { cellText, tickText } from './format.js';

/** The rectangle that marks are drawn in, in pixels. */
export interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** About as wide as a digit of the small print of a chart. */
export const LETTER = 6.4;

/** A value of a channel as text; that of a tick is as short as it can be. */
export function labelOf(value: Cell, axis: Axis, locale: string | undefined, round = false): string {
  if (round && typeof value === 'number') return tickText(value, axis.format, locale);
  const isMoment = typeof value === 'string' && value.includes('T');
  const type = axis.type !== 'temporal' ? 'text' : isMoment ? 'datetime' : 'date';
  return cellText(value, { type, format: axis.format }, locale);
}

export const shortened = (text: string, letters: number): string =>
  text.length > letters ? `${text.slice(0, Math.max(1, Math.floor(letters) - 1))}…` : text;

interface AxisProps {
  readonly scale: Scale;
  readonly area: Area;
  readonly label: (tick: Tick) => string;
}

/** The axis at the foot of a chart; figures get lines across. */
export function FootAxis({ scale, area, label }: AxisProps) {
  const room = (area.right - area.left) / Math.max(scale.ticks.length, 1) / LETTER;
  return (
    <g class="axis">
      {scale.ticks.map((tick) => (
        <>
          {scale.round ? <line x1={tick.at} x2={tick.at} y1={area.top} y2={area.bottom} /> : null}
          <text x={tick.at} y={area.bottom + 16} text-anchor="middle">
            {shortened(label(tick), room)}
          </text>
        </>
      ))}
      <line class="base" x1={area.left} x2={area.right} y1={area.bottom} y2={area.bottom} />
    </g>
  );
}

/** The axis at the side; figures get lines across. */
export function SideAxis({ scale, area, label }: AxisProps) {
  return (
    <g class="axis">
      {scale.ticks.map((tick) => (
        <>
          {scale.round ? <line x1={area.left} x2={area.right} y1={tick.at} y2={tick.at} /> : null}
          <text x={area.left - 6} y={tick.at} dy="0.34em" text-anchor="end">
            {shortened(label(tick), area.left / LETTER)}
          </text>
        </>
      ))}
    </g>
  );
}
