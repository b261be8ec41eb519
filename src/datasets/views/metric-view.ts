import type { MetricPart } from '../../common/parts/answer-part.contract.js';
import type { Cell } from '../../common/parts/data-column.contract.js';
import type { Dataset } from '../dataset.js';
import { checkMeasure, measure, MEASURES, measureTitle } from './measures.js';
import { columnOf, describeColumns, isNumeric, sourceOf, viewError } from './view-columns.js';
import { refuseFigures } from './view-words.js';
import type { MetricView } from './view.contract.js';

/**
 * In: a dataset and a checked request for one figure of it: an aggregate, or the value of one row.
 * Out: the finished part. Throws DATASET_VIEW_INVALID with a sentence that names what fits.
 */
export function metricView(dataset: Dataset, view: MetricView): MetricPart {
  refuseFigures(dataset, [view.label]);
  if (view.aggregate && view.row) throw viewError('A metric has an aggregate or a row, not both.');
  if (view.compare_to && view.row !== 'last') throw viewError('compare_to needs row "last".');
  if (dataset.total > dataset.rows.length && view.row !== 'first')
    throw viewError(
      `Only the first ${dataset.rows.length} of ${dataset.total} rows are at hand, so no figure holds for all of them.`,
    );
  return view.aggregate ? ofAll(dataset, view, view.aggregate) : ofRow(dataset, view);
}

function ofAll(
  dataset: Dataset,
  view: MetricView,
  aggregate: NonNullable<MetricView['aggregate']>,
): MetricPart {
  const place = view.field === undefined ? undefined : columnOf(dataset, view.field);
  checkMeasure(aggregate, place?.column);
  const value = measure(
    aggregate,
    dataset.rows.map((row) => row[place?.index ?? -1] ?? null),
  );
  const unit = MEASURES[aggregate].keepsUnit ? place?.column.unit : undefined;
  return toPart(dataset, view.label ?? measureTitle(aggregate, place?.column), value, unit);
}

function ofRow(dataset: Dataset, view: MetricView): MetricPart {
  if (view.field === undefined)
    throw viewError(
      `A metric needs a field, or the aggregate count. The columns are ${describeColumns(dataset.columns)}.`,
    );
  const { index, column } = columnOf(dataset, view.field);
  if (!isNumeric(column)) throw viewError(`A metric is a number; ${column.key} is ${column.type}.`);
  const { rows } = dataset;
  if (rows.length > 1 && !view.row)
    throw viewError(`The dataset has ${rows.length} rows: give an aggregate, or row "first" or "last".`);
  const at = (position: number): Cell => rows.at(position)?.[index] ?? null;
  const part = toPart(dataset, view.label ?? column.label, at(view.row === 'last' ? -1 : 0), column.unit);
  if (!view.compare_to) return part;
  const before = rows.length > 1 ? at(view.compare_to === 'previous' ? -2 : 0) : null;
  return typeof before === 'number'
    ? { ...part, change: measure('sum', [part.value, -before]) as number }
    : part;
}

function toPart(dataset: Dataset, label: string, value: Cell, unit: string | undefined): MetricPart {
  if (typeof value !== 'number')
    throw viewError(value === null ? 'There is no value to show.' : 'A metric is a number, not a time.');
  return { type: 'metric', ...sourceOf(dataset), label, value, ...(unit === undefined ? {} : { unit }) };
}
