import type { AnalyticsReport } from '../../../../src/monitoring/analytics/report.contract.js';
import type { DataPart } from '../../client/wire.js';
import { chartColumns } from '../../figures/chart-columns.js';
import { Figure } from '../../figures/figure.js';
import { chartsOf, type Drawn } from '../report/charts.js';
import { csvOf } from '../report/csv.js';
import { modelsOf } from '../report/models.js';
import { type Tile, tilesOf } from '../report/tiles.js';
import { text } from '../strings.js';

interface FiguresProps {
  readonly report: AnalyticsReport;
  readonly locale: string | undefined;
  /** Whether newer ones are on their way. */
  readonly busy: boolean;
}

/** The figures of a report: those in all, then charts by day and by name, then what models did. */
export function Figures({ report, locale, busy }: FiguresProps) {
  const { questions, conversations, feedback } = report.totals;
  if (questions + conversations + feedback.up + feedback.down === 0) return <Nothing />;
  const source = text.scopes[report.scope];
  return (
    <div class="figures" aria-busy={busy}>
      <h2 class="for-readers">{text.inAll}</h2>
      <dl class="tiles">
        {tilesOf(report, locale).map((tile) => (
          <TileOf key={tile.label} {...tile} />
        ))}
      </dl>
      <h2 class="for-readers">{text.byDay}</h2>
      <div class="cards">
        {chartsOf(report, source, locale).map((drawn) => (
          <Card key={drawn.title} drawn={drawn} locale={locale} />
        ))}
      </div>
      {report.models.length > 0 ? (
        <section class="card">
          <h2>{text.models}</h2>
          <Figure part={modelsOf(report, source)} locale={locale} csvOf={fileOf(modelsOf(report, source))} />
        </section>
      ) : null}
    </div>
  );
}

function TileOf({ label, value, text: shown, note }: Tile) {
  return (
    <div class="tile">
      <dt>{label}</dt>
      <dd>
        <data value={value === null ? '' : String(value)}>{shown}</data>
        <small>{note}</small>
      </dd>
    </div>
  );
}

function Card({ drawn: { title, part, nothing }, locale }: { drawn: Drawn; locale: string | undefined }) {
  return (
    <section class="card">
      {part ? (
        <Figure part={part} locale={locale} csvOf={fileOf(part)} />
      ) : (
        <>
          <h3>{title}</h3>
          <p class="nothing">{nothing}</p>
        </>
      )}
    </section>
  );
}

const fileOf = (part: Extract<DataPart, { type: 'chart' | 'table' }>) => () => {
  const columns = part.type === 'table' ? part.columns : chartColumns(part);
  return Promise.resolve(new Blob([csvOf(columns, part.rows)], { type: 'text/csv;charset=utf-8' }));
};

function Nothing() {
  return (
    <section class="card empty">
      <svg viewBox="0 0 64 40" aria-hidden="true">
        <path d="M4 36h56M12 36V24M24 36V14M36 36V20M48 36V8" />
      </svg>
      <h2>{text.emptyTitle}</h2>
      <p>{text.emptyText}</p>
      <p class="hint">{text.emptyHint}</p>
    </section>
  );
}
