import type { Cell } from '../client/wire.js';
import { type Area, FootAxis, labelOf, LETTER, SideAxis } from './axes.js';
import { Marks } from './marks.js';
import type { Axis, Mark, Plot } from './plot.js';
import { numberScale, type Scale, scaleOf, type Span } from './scale.js';

export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly locale: string | undefined;
}

const FOOT = 26;
const ROW = 26;

/** Bars, lines, areas and points on two axes; small charts below each other where a column asks for them. */
export function AxisChart({ plot, frame }: { plot: Plot; frame: Frame }) {
  const height = plot.upright ? frame.height : tallEnough(plot, frame.height);
  return (
    <>
      {plot.facets.map(({ title, marks }) => (
        <>
          {title === null ? null : <span class="facet">{String(title)}</span>}
          <OneChart plot={plot} marks={marks} frame={{ ...frame, height }} />
        </>
      ))}
    </>
  );
}

const tallEnough = ({ places }: Plot, height: number): number =>
  Math.min(Math.max(places.length * ROW + FOOT + 12, 90), Math.max(height, 900));

function OneChart({ plot, marks, frame }: { plot: Plot; marks: readonly Mark[]; frame: Frame }) {
  const { axis, measure, upright } = plot;
  const { width, height, locale } = frame;
  const figureText = (value: Cell, round = false): string =>
    labelOf(value, plot.shares ? { ...measure, format: '.0%' } : measure, locale, round);
  const area = areaOf(plot, frame, figureText);
  const sideways: Span = [area.left, area.right];
  const upwards: Span = upright ? [area.bottom, area.top] : [area.top, area.bottom];
  const up = numberScale(plot.extent, upright ? upwards : sideways, upright ? 4 : 3, plot.least);
  const along = alongScale(plot, axis, upright ? sideways : upwards, frame);
  const name = (value: Cell): string => labelOf(value, axis, locale, along.round);
  const tell = (mark: Mark): string => {
    const series = plot.color ? `, ${labelOf(plot.series[mark.series] ?? null, plot.color, locale)}` : '';
    return `${labelOf(mark.place, axis, locale)}${series}: ${labelOf(mark.row[measure.field] ?? null, measure, locale)}`;
  };
  const Names = upright ? FootAxis : SideAxis;
  const Figures = upright ? SideAxis : FootAxis;
  return (
    <svg viewBox={`0 0 ${width} ${height}`} width={width} height={height} direction="ltr">
      <Figures scale={up} area={area} label={({ value }) => figureText(value, true)} />
      <Names scale={along} area={area} label={({ value }) => name(value)} />
      <Marks plot={plot} marks={marks} along={along} up={up} tell={tell} />
    </svg>
  );
}

function areaOf(
  plot: Plot,
  { width, height, locale }: Frame,
  figureText: (value: Cell, round?: boolean) => string,
): Area {
  const labels = plot.upright
    ? numberScale(plot.extent, [0, 1], 4, plot.least).ticks.map(({ value }) => figureText(value, true))
    : plot.places.map((place) => labelOf(place, plot.axis, locale));
  const longest = Math.max(...labels.map((label) => label.length), 1);
  return {
    left: Math.min(longest * LETTER + 10, width * 0.4),
    right: width - 12,
    top: 10,
    bottom: height - FOOT,
  };
}

function alongScale(plot: Plot, axis: Axis, span: Span, { locale, width, height }: Frame): Scale {
  if (axis.type === 'quantitative' && plot.kind !== 'bar') {
    const values = plot.places.map(Number);
    return numberScale([Math.min(...values), Math.max(...values)], span, 4);
  }
  const longest = Math.max(...plot.places.map((place) => labelOf(place, axis, locale).length), 1);
  const most = plot.upright ? width / (Math.min(longest, 14) * LETTER + 12) : height / 14;
  return scaleOf(axis, plot.places, span, Math.max(1, Math.floor(most)));
}
