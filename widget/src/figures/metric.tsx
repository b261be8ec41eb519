import type { DataPart } from '../client/wire.js';
import { t } from '../strings/strings.js';
import { metricText } from './format.js';

/** One figure, and how it changed. */
export function Metric({
  part,
  locale,
}: {
  part: Extract<DataPart, { type: 'metric' }>;
  locale: string | undefined;
}) {
  return (
    <div class="metric">
      <span>{part.label}</span>
      <b>
        {metricText(part.value, locale)} {part.unit}
      </b>
      {part.change ? <Change change={part.change} locale={locale} /> : null}
    </div>
  );
}

function Change({ change, locale }: { change: number; locale: string | undefined }) {
  const size = metricText(Math.abs(change), locale);
  return (
    <span class="change">
      <span aria-hidden="true">
        {change > 0 ? '▲' : '▼'} {size}
      </span>
      <span class="for-readers">{change > 0 ? t.up(size) : t.down(size)}</span>
    </span>
  );
}
