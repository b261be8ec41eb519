import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { DataPart } from '../client/wire.js';
import { t } from '../strings/strings.js';
import { sheet } from '../styles/sheet.js';
import { Chart } from './chart.js';
import { chartColumns } from './chart-columns.js';
import { DataTable } from './data-table.js';
import css from './figures.css';
import { FullView } from './full-view.js';
import { Metric } from './metric.js';
import { saveFile } from './save-file.js';

export interface FigureProps {
  readonly part: DataPart;
  readonly locale: string | undefined;
  /** All rows behind a figure, as a file; none where that failed. */
  csvOf(datasetId: string): Promise<Blob | undefined>;
}

const HEIGHT = 220;
let styles: CSSStyleSheet | undefined;

/** A table, chart or metric, with where its figures come from. */
export function Figure(props: FigureProps) {
  const place = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const root = place.current?.getRootNode();
    if (!(root instanceof ShadowRoot)) return;
    styles ??= sheet(css);
    if (!root.adoptedStyleSheets.includes(styles))
      root.adoptedStyleSheets = [...root.adoptedStyleSheets, styles];
  }, []);
  const { part, locale } = props;
  return (
    <figure class="figure" ref={place}>
      {part.type === 'metric' ? <Metric part={part} locale={locale} /> : <Shown {...props} part={part} />}
      <small>{originOf(part, locale)}</small>
    </figure>
  );
}

type ShownPart = Exclude<DataPart, { type: 'metric' }>;

function Shown(props: FigureProps & { part: ShownPart }) {
  const { part } = props;
  const [full, setFull] = useState(false);
  const title = part.type === 'chart' ? part.title : t.tableOf(part.source);
  return (
    <>
      <Body {...props} height={HEIGHT} />
      <div class="tools">
        <button type="button" class="quiet" onClick={() => setFull(true)}>
          {t.enlarge}
        </button>
        <SaveCsv {...props} />
      </div>
      {full ? (
        <FullView title={title} onClose={() => setFull(false)}>
          <Body {...props} height={Math.max(HEIGHT, innerHeight * 0.55)} full />
          <small>{originOf(part, props.locale)}</small>
          <div class="tools">
            <SaveCsv {...props} />
          </div>
        </FullView>
      ) : null}
    </>
  );
}

function SaveCsv({ part, csvOf }: FigureProps) {
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    const file = await csvOf(part.dataset_id);
    if (file) saveFile(file, `${part.dataset_id}.csv`);
    setBusy(false);
  };
  return (
    <button type="button" class="quiet" disabled={busy} onClick={() => void save()}>
      {t.saveCsv}
    </button>
  );
}

interface BodyProps {
  readonly part: ShownPart;
  readonly locale: string | undefined;
  readonly height: number;
  /** Whether there is room for everything at once. */
  readonly full?: boolean;
}

function Body({ part, locale, height, full = false }: BodyProps) {
  const id = useId();
  if (part.type === 'table') return <DataTable {...part} label={t.tableOf(part.source)} locale={locale} />;
  const table = (
    <DataTable
      columns={chartColumns(part)}
      rows={part.rows}
      total={part.rows.length}
      label={t.tableOf(part.title)}
      locale={locale}
    />
  );
  const ids = { titleId: `${id}t`, summaryId: `${id}s` };
  return (
    <>
      <p class={full ? 'for-readers' : 'title'} id={ids.titleId}>
        {part.title}
      </p>
      <Chart part={part} locale={locale} height={height} {...ids} />
      <p class="summary" id={ids.summaryId}>
        {part.summary}
      </p>
      {full ? (
        table
      ) : (
        <details>
          <summary>{t.showTable}</summary>
          {table}
        </details>
      )}
    </>
  );
}

function originOf({ source, as_of }: DataPart, locale: string | undefined): string {
  const time = new Date(as_of).toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'short' });
  return t.asOf(source, time);
}
