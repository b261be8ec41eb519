import type { TableColumn, TablePart } from '../../common/parts/answer-part.contract.js';
import type { Cell, DataColumn } from '../../common/parts/data-column.contract.js';
import type { Dataset } from '../dataset.js';
import { columnOf, compareCells, fittingRows, isNumeric, sourceOf } from './view-columns.js';
import type { TableView } from './view.contract.js';

/**
 * In: a dataset and a checked request for a table of it. Out: the finished part with its first rows; `total` says how
 * many there are. Throws DATASET_VIEW_INVALID, which names the columns there are.
 */
export function tableView(dataset: Dataset, view: TableView): TablePart {
  const keys = [...new Set(view.columns ?? dataset.columns.map(({ key }) => key))];
  const columns = keys.map((key) => columnOf(dataset, key));
  const rows = sorted(dataset, view).map((row) =>
    Object.fromEntries(columns.map(({ index, column }) => [column.key, row[index] ?? null])),
  );
  return {
    type: 'table',
    ...sourceOf(dataset),
    columns: columns.map(({ column }) => toTableColumn(column)),
    rows: fittingRows(rows.slice(0, view.limit), view.limit),
    total: dataset.total,
  };
}

function toTableColumn(column: DataColumn): TableColumn {
  return { ...column, align: isNumeric(column) ? 'right' : 'left' };
}

function sorted(dataset: Dataset, { sort = [] }: TableView): readonly (readonly Cell[])[] {
  if (sort.length === 0) return dataset.rows;
  const by = sort.map(({ field, order }) => ({
    ...columnOf(dataset, field),
    sign: order === 'ascending' ? 1 : -1,
  }));
  return dataset.rows.toSorted((a, b) => {
    for (const { index, sign } of by) {
      const [one = null, other = null] = [a[index], b[index]];
      const difference = compareCells(one, other);
      if (difference !== 0) return one === null || other === null ? difference : sign * difference;
    }
    return 0;
  });
}
