import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { DataPart } from '../client/wire.js';
import { labelOf } from './axes.js';
import { AxisChart } from './axis-chart.js';
import { HeatChart } from './heat-chart.js';
import { colour } from './marks.js';
import { PieChart, slicesOf } from './pie-chart.js';
import { type Plot, plotOf } from './plot.js';

export interface ChartProps {
  readonly part: Extract<DataPart, { type: 'chart' }>;
  readonly locale: string | undefined;
  /** Height that a chart may take, in pixels. */
  readonly height: number;
  /** Ids of the title and of the summary, which say in words what is drawn. */
  readonly titleId: string;
  readonly summaryId: string;
}

const FIRST_WIDTH = 340;

/** A chart as SVG, as wide as its place. To a screen reader it is one picture with a text. */
export function Chart({ part, locale, height, titleId, summaryId }: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  return (
    <div class="chart" role="img" aria-labelledby={titleId} aria-describedby={summaryId} ref={box}>
      <Drawing part={part} locale={locale} height={height} width={width} />
    </div>
  );
}

type DrawingProps = Pick<ChartProps, 'part' | 'locale' | 'height'> & { readonly width: number };

function Drawing({ part, locale, height, width }: DrawingProps) {
  const { spec, rows } = part;
  const frame = { width, height, locale };
  if (rows.length === 0) return null;
  if (spec.mark === 'rect') return <HeatChart spec={spec} rows={rows} frame={frame} />;
  const slices = spec.mark === 'arc' ? slicesOf(spec, rows, locale) : undefined;
  if (slices) return <PieChart slices={slices} size={Math.min(height * 0.75, 280)} locale={locale} />;
  const plot = plotOf(spec, rows);
  if (!plot) return null;
  return (
    <>
      <Titles plot={plot} />
      <AxisChart plot={plot} frame={frame} />
      {plot.color ? <Legend plot={plot} locale={locale} /> : null}
    </>
  );
}

function Titles({ plot: { axis, measure } }: { plot: Plot }) {
  return (
    <small class="axes">
      {measure.title ?? measure.field} / {axis.title ?? axis.field}
    </small>
  );
}

function Legend({ plot, locale }: { plot: Plot; locale: string | undefined }) {
  return (
    <span class="legend">
      {plot.series.map((one, index) => (
        <span class={colour(index)}>
          <i />
          {labelOf(one, plot.color!, locale)}
        </span>
      ))}
    </span>
  );
}

function useWidth(box: { current: HTMLElement | null }): number {
  const [width, setWidth] = useState(FIRST_WIDTH);
  useLayoutEffect(() => {
    const place = box.current;
    if (!place) return;
    const measure = () => setWidth((was) => Math.floor(place.clientWidth) || was);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(place);
    return () => observer.disconnect();
  }, []);
  return width;
}
