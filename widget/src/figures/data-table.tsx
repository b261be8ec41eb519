import { useState } from 'preact/hooks';
import type { DataRow, TableColumn } from '../client/wire.js';
import { t } from '../strings/strings.js';
import { cellText } from './format.js';
import { nextSorting, sortRows, type Sorting } from './sort-rows.js';

interface DataTableProps {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly DataRow[];
  /** How many rows there are; `rows` may be fewer. */
  readonly total: number;
  /** What a screen reader calls it. */
  readonly label: string;
  readonly locale: string | undefined;
}

/** A table whose headings sort it. */
export function DataTable({ columns, rows, total, label, locale }: DataTableProps) {
  const [sorting, setSorting] = useState<Sorting | null>(null);
  if (rows.length === 0) return <p class="note">{t.noRows}</p>;
  return (
    <>
      <div class="table data" tabIndex={0} role="region" aria-label={label}>
        <table>
          <thead>
            <tr>
              {columns.map((column) => (
                <Heading
                  key={column.key}
                  column={column}
                  order={sorting?.key === column.key ? sorting.order : null}
                  onSort={() => setSorting(nextSorting(sorting, column.key))}
                />
              ))}
            </tr>
          </thead>
          <tbody>
            {sortRows(rows, sorting, locale).map((row) => (
              <tr>
                {columns.map((column) => (
                  <td class={`align-${alignOf(column)}`}>{cellText(row[column.key], column, locale)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length < total ? <small>{t.rows(rows.length, total)}</small> : null}
    </>
  );
}

interface HeadingProps {
  readonly column: TableColumn;
  readonly order: Sorting['order'] | null;
  onSort(): void;
}

function Heading({ column, order, onSort }: HeadingProps) {
  return (
    <th scope="col" class={`align-${alignOf(column)}`} aria-sort={order ?? 'none'}>
      <button type="button" onClick={onSort}>
        {column.label}
        {column.unit ? ` (${column.unit})` : ''}
        <svg viewBox="0 0 10 12" aria-hidden="true" class="arrow">
          <path d="M5 1L8.5 5h-7zM5 11L1.5 7h7z" />
        </svg>
      </button>
    </th>
  );
}

const alignOf = ({ align, type }: TableColumn): string =>
  align ?? (type === 'number' || type === 'integer' ? 'right' : 'left');
