import type { AnswerPart, TableColumn } from '../client/wire.js';
import { safeUrl } from '../markdown/safe-url.js';
import { en } from '../strings/en.js';

type Part<T extends AnswerPart['type']> = Extract<AnswerPart, { type: T }>;

/** What an answer shows beside its text, in the order in which it came; citations as one list at the end. */
export function Parts({ parts, locale }: { parts: readonly AnswerPart[]; locale: string | undefined }) {
  const citations = parts.filter((part) => part.type === 'citation');
  return (
    <>
      {parts.map((part, index) => (
        <PartView key={index} part={part} locale={locale} />
      ))}
      {citations.length > 0 ? <Sources citations={citations} /> : null}
    </>
  );
}

function PartView({ part, locale }: { part: AnswerPart; locale: string | undefined }) {
  switch (part.type) {
    case 'table':
      return <Grid caption="" columns={part.columns} part={part} total={part.total} locale={locale} />;
    case 'chart':
      return (
        <Grid
          caption={part.title}
          summary={part.summary}
          columns={columnsOf(part)}
          part={part}
          total={part.rows.length}
          locale={locale}
        />
      );
    case 'metric':
      return <Metric part={part} locale={locale} />;
    case 'file':
      return <p class="note">📎 {part.filename}</p>;
    case 'approval':
      return <p class="note">{part.tool}</p>;
    case 'error':
      return <p class="note">{part.detail}</p>;
    case 'text':
    case 'citation':
      return null;
  }
}

function Sources({ citations }: { citations: readonly Part<'citation'>[] }) {
  return (
    <details class="sources">
      <summary>{en.sources(citations.length)}</summary>
      <ol>
        {citations.map((citation, index) => {
          const url = safeUrl(citation.locator);
          return (
            <li key={index}>
              {url ? (
                <a href={url.href} target="_blank" rel="noopener noreferrer nofollow">
                  {citation.title}
                </a>
              ) : (
                <b>{citation.title}</b>
              )}
              <span class="locator"> {citation.locator}</span>
              {citation.quote ? <q>{citation.quote}</q> : null}
            </li>
          );
        })}
      </ol>
    </details>
  );
}

function Metric({ part, locale }: { part: Part<'metric'>; locale: string | undefined }) {
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  const change =
    part.change === undefined ? '' : `${part.change > 0 ? '▲' : '▼'} ${number.format(Math.abs(part.change))}`;
  return (
    <div class="metric">
      <span>{part.label}</span>
      <b>
        {number.format(part.value)} {part.unit}
      </b>
      <small>{change}</small>
      <Origin part={part} locale={locale} />
    </div>
  );
}

interface GridProps {
  readonly caption: string;
  readonly summary?: string;
  readonly columns: readonly TableColumn[];
  readonly part: Part<'table'> | Part<'chart'>;
  readonly total: number;
  readonly locale: string | undefined;
}

function Grid({ caption, summary, columns, part, total, locale }: GridProps) {
  return (
    <figure>
      {caption ? <figcaption>{caption}</figcaption> : null}
      {summary ? <p>{summary}</p> : null}
      <div class="table" tabIndex={0} role="group">
        <table>
          <thead>
            <tr>
              {columns.map((column) => (
                <th class={`align-${alignOf(column)}`}>
                  {column.label}
                  {column.unit ? ` (${column.unit})` : ''}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {part.rows.map((row) => (
              <tr>
                {columns.map((column) => (
                  <td class={`align-${alignOf(column)}`}>{cellText(row[column.key], locale)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <small>{part.rows.length < total ? en.rows(part.rows.length, total) : ''}</small>
      <Origin part={part} locale={locale} />
    </figure>
  );
}

function Origin({ part, locale }: { part: { source: string; as_of: string }; locale: string | undefined }) {
  const time = new Date(part.as_of).toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'short' });
  return <small>{en.asOf(part.source, time)}</small>;
}

const alignOf = (column: TableColumn) => column.align ?? (column.type === 'number' ? 'right' : 'left');

function columnsOf(part: Part<'chart'>): TableColumn[] {
  const [first = {}] = part.rows;
  return Object.entries(first).map(([key, value]) => ({ key, label: key, type: typeof value }));
}

function cellText(value: unknown, locale: string | undefined): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'number') return value.toLocaleString(locale);
  return typeof value === 'string' ? value : JSON.stringify(value);
}
