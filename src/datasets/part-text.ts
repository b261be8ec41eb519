import type { ChartPart, DataPart, MetricPart, TableColumn } from '../common/parts/answer-part.contract.js';
import { CHANNELS } from '../common/parts/chart-spec.contract.js';
import type { DataRow } from '../common/parts/data-column.contract.js';
import { formatChange, formatValue } from './format-value.js';

/** Rows of a table within text; whoever wants more opens the dataset. */
const MAX_ROWS = 20;

/**
 * A part of figures as Markdown (with the tables of GFM), so that an answer is whole without its parts.
 * Text from data stays text: nothing in it becomes markup, a link or a picture.
 */
export function partText(part: DataPart): string {
  switch (part.type) {
    case 'table':
      return joined(table(part.columns, part.rows, part.total), origin(part));
    case 'chart':
      return joined(
        `**${inert(part.title)}**`,
        inert(part.summary),
        table(columnsOf(part), part.rows, part.rows.length),
        origin(part),
      );
    case 'metric':
      return joined(metric(part), origin(part));
  }
}

const joined = (...blocks: readonly string[]): string => blocks.filter(Boolean).join('\n\n');

function metric({ label, value, unit, change }: MetricPart): string {
  const told = change === undefined ? '' : ` (${formatChange(change)})`;
  return `**${inert(label)}:** ${inert(formatValue(value, undefined, unit) + told)}`;
}

function table(columns: readonly TableColumn[], rows: readonly DataRow[], total: number): string {
  if (rows.length === 0) return 'No rows.';
  const shown = rows.slice(0, MAX_ROWS);
  const lines = [
    line(columns.map(({ label, unit }) => inert(unit ? `${label} (${unit})` : label))),
    line(columns.map(({ align }) => (align === 'right' ? '---:' : '---'))),
    ...shown.map((row) =>
      line(
        columns.map(({ key, type, format }) =>
          inert(formatValue(row[key] ?? null, format ?? DEFAULTS[type])),
        ),
      ),
    ),
  ].join('\n');
  const more = total - shown.length;
  return more > 0 ? `${lines}\n\n${shown.length} of ${total} rows.` : lines;
}

const DEFAULTS: Readonly<Partial<Record<TableColumn['type'], TableColumn['format']>>> = {
  datetime: '%Y-%m-%d %H:%M',
};

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** The rows of a chart as a table: a column for each channel, under the title of its axis. */
function columnsOf({ spec, rows }: ChartPart): TableColumn[] {
  const columns = new Map<string, TableColumn>();
  for (const channel of CHANNELS) {
    const { field, title, type, format } = spec.encoding[channel] ?? {};
    if (field === undefined || columns.has(field)) continue;
    const isNumber = type === 'quantitative' || rows.some((row) => typeof row[field] === 'number');
    columns.set(field, {
      key: field,
      label: title ?? field,
      type: isNumber ? 'number' : 'text',
      align: isNumber ? 'right' : 'left',
      ...(format ? { format } : {}),
    });
  }
  return [...columns.values()];
}

function origin({ source, as_of }: DataPart): string {
  return `Source: ${inert(source)}, ${as_of.slice(0, 16).replace('T', ' ')} UTC.`;
}

/** One line of text in which CommonMark and GFM find no markup, no entity and no address. */
function inert(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\`*_~[\]<>|]/g, '\\$&')
    .replace(/&(?=#?\w)/g, '\\&')
    .replace(/(https?|ftp):\/\//gi, '$1\\://')
    .replace(/www\./gi, (found) => `${found.slice(0, 3)}\\.`)
    .replace(/@/g, '\\@');
}
