import type { DataPart } from '../../client/wire.js';
import type { FigureProps } from '../../figures/figure.js';
import { Late } from '../../lazy/late.js';
import { useLate } from '../../lazy/use-late.js';
import { t } from '../../strings/strings.js';

const lateFigure = new Late(() => import('../../figures/figure.js').then(({ Figure }) => Figure));

/** A table, chart or metric; in words until what draws it has come. */
export function LazyFigure(props: FigureProps) {
  const { value: Drawn, failed } = useLate(lateFigure);
  if (Drawn) return <Drawn {...props} />;
  return (
    <p class="note">
      {inWords(props.part)} {failed ? t.figuresFailed : null}
    </p>
  );
}

function inWords(part: DataPart): string {
  if (part.type === 'metric') return `${part.label}: ${part.value} ${part.unit ?? ''}`;
  return part.type === 'chart' ? `${part.title}. ${part.summary}` : part.source;
}
