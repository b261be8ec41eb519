import { AppError } from '../../common/errors/app-error.js';
import { parseInput } from '../../common/errors/validation.js';
import type { DataPart } from '../../common/parts/answer-part.contract.js';
import type { Dataset } from '../dataset.js';
import { chartView } from '../views/chart-view.js';
import { metricView } from '../views/metric-view.js';
import { tableView } from '../views/table-view.js';
import { describeColumns } from '../views/view-columns.js';
import { ChartView, MetricView, TableView } from '../views/view.contract.js';

const VIEWS = {
  show_chart: {
    description:
      'Draws a chart of a dataset by a subset of Vega-Lite. Give fields, aggregates and timeUnits, never figures: they are computed here. Names keep the order of the dataset unless sort says otherwise.',
    parameters: ChartView,
  },
  show_table: { description: 'Shows rows of a dataset as a table.', parameters: TableView },
  show_metric: {
    description:
      'Shows one figure of a dataset: an aggregate of a column, or the value of its first or last row.',
    parameters: MetricView,
  },
} as const;

export type ShowToolName = keyof typeof VIEWS;

/** The tools by which a model shows figures, each with its description and the schema of its arguments. */
export const SHOW_TOOLS = (Object.keys(VIEWS) as ShowToolName[]).map((name) => ({ name, ...VIEWS[name] }));

/** Either the finished part, or a sentence from which a model can correct its call. */
export type Shown =
  { readonly ok: true; readonly part: DataPart } | { readonly ok: false; readonly error: string };

/**
 * Runs one of the tools. In: its name, the arguments as the model wrote them, and how to find a dataset of this
 * conversation. Out: a part whose figures come from the dataset alone, or what was wrong. Throws only what `find` throws.
 */
export async function show(
  name: ShowToolName,
  args: unknown,
  find: (datasetId: string) => Promise<Dataset | null>,
): Promise<Shown> {
  const checked = attempt(() => parseInput(VIEWS[name].parameters, args));
  if (!checked.ok) return { ok: false, error: `The arguments of ${name} are not valid. ${checked.error}` };
  const dataset = await find(checked.value.dataset_id);
  if (!dataset)
    return { ok: false, error: 'This conversation has no dataset of that id. Fetch the figures first.' };
  const made = attempt(() => PARTS[name](dataset, checked.value as never));
  return made.ok ? { ok: true, part: made.value } : made;
}

const PARTS: Readonly<Record<ShowToolName, (dataset: Dataset, view: never) => DataPart>> = {
  show_chart: chartView,
  show_table: tableView,
  show_metric: metricView,
};

type Attempt<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string };

function attempt<T>(work: () => T): Attempt<T> {
  try {
    return { ok: true, value: work() };
  } catch (error) {
    if (error instanceof AppError) return { ok: false, error: error.detail };
    throw error;
  }
}

/** What a model is told of a dataset that was stored for it: enough to call the tools above, and no figures. */
export function describeDataset(dataset: Pick<Dataset, 'id' | 'columns' | 'total' | 'source'>): string {
  return `Dataset ${dataset.id} (${dataset.source}): ${dataset.total} rows. Columns: ${describeColumns(dataset.columns)}.`;
}
