import { useEffect, useState } from 'preact/hooks';
import type { DataPart } from '../client/wire.js';
import type { Figure, FigureProps } from '../figures/figure.js';
import { en } from '../strings/en.js';

let drawn: typeof Figure | undefined;
let loading: Promise<void> | undefined;

function load(): Promise<void> {
  loading ??= import('../figures/figure.js').then(
    (module) => {
      drawn = module.Figure;
    },
    () => {
      loading = undefined;
    },
  );
  return loading;
}

/** A table, chart or metric; in words until what draws it has come. */
export function LazyFigure(props: FigureProps) {
  const [failed, setFailed] = useState<boolean | null>(null);
  useEffect(() => {
    if (!drawn) void load().then(() => setFailed(!drawn));
  }, []);
  const Drawn = drawn;
  if (Drawn) return <Drawn {...props} />;
  return (
    <p class="note">
      {inWords(props.part)} {failed ? en.figuresFailed : null}
    </p>
  );
}

function inWords(part: DataPart): string {
  if (part.type === 'metric') return `${part.label}: ${part.value} ${part.unit ?? ''}`;
  return part.type === 'chart' ? `${part.title}. ${part.summary}` : part.source;
}
