import type { Cell } from '../client/wire.js';
import type { Mark, Plot } from './plot.js';
import type { Scale } from './scale.js';

export interface MarksProps {
  readonly plot: Plot;
  readonly marks: readonly Mark[];
  /** Of names or times. */
  readonly along: Scale;
  /** Of figures. */
  readonly up: Scale;
  readonly tell: (mark: Mark) => string;
}

const COLOURS = 8;
export const colour = (series: number): string => `c${Math.max(series, 0) % COLOURS}`;
const DOTS_UP_TO = 60;

export function Marks(props: MarksProps) {
  switch (props.plot.kind) {
    case 'bar':
      return <Bars {...props} />;
    case 'line':
    case 'area':
      return <Lines {...props} />;
    default:
      return <Dots {...props} marks={props.marks} />;
  }
}

function Bars({ plot, marks, along, up, tell }: MarksProps) {
  const beside = plot.stacked ? 1 : plot.series.length;
  const band = Math.max(along.step * 0.78, 1);
  const thick = Math.max(band / beside, 0.5);
  return (
    <g>
      {marks.map((mark) => {
        const slot = plot.stacked ? 0 : Math.max(mark.series, 0);
        const across = along.place(mark.place) - band / 2 + slot * thick;
        const [one, other] = [up.place(mark.from), up.place(mark.to)];
        const start = Math.min(one, other);
        const long = Math.abs(one - other);
        const box = plot.upright
          ? { x: across, y: start, width: thick, height: long }
          : { x: start, y: across, width: long, height: thick };
        return (
          <rect class={`mark ${colour(mark.series)}`} {...box} rx={thick > 6 ? 2 : 0}>
            <title>{tell(mark)}</title>
          </rect>
        );
      })}
    </g>
  );
}

function Lines(props: MarksProps) {
  const { plot, marks, along, up } = props;
  const point = (place: Cell, figure: number): string => {
    const [a, b] = [along.place(place).toFixed(1), up.place(figure).toFixed(1)];
    return plot.upright ? `${a},${b}` : `${b},${a}`;
  };
  return (
    <g>
      {plot.series.map((_, series) => {
        const own = marks.filter((mark) => mark.series === series);
        if (own.length === 0) return null;
        const top = own.map((mark) => point(mark.place, mark.to));
        const foot = own.map((mark) => point(mark.place, mark.from)).reverse();
        return (
          <>
            {plot.kind === 'area' ? (
              <path class={`area ${colour(series)}`} d={`M${[...top, ...foot].join('L')}Z`} />
            ) : null}
            <path class={`line ${colour(series)}`} d={`M${top.join('L')}`} />
          </>
        );
      })}
      <Dots {...props} faint={marks.length > DOTS_UP_TO} />
    </g>
  );
}

/** Points; of long lines they only show under the pointer. */
function Dots({ plot, marks, along, up, tell, faint }: MarksProps & { faint?: boolean }) {
  return (
    <g class={faint ? 'faint' : undefined}>
      {marks.map((mark) => {
        const [a, b] = [along.place(mark.place), up.place(mark.to)];
        const [x, y] = plot.upright ? [a, b] : [b, a];
        return (
          <circle class={`dot ${colour(mark.series)}`} cx={x} cy={y} r={faint ? 5 : 3.5}>
            <title>{tell(mark)}</title>
          </circle>
        );
      })}
    </g>
  );
}
