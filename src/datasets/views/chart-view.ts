import type { ChartPart } from '../../common/parts/answer-part.contract.js';
import type { ChannelSpec, ChartSpec, Encoding } from '../../common/parts/chart-spec.contract.js';
import type { DataRow } from '../../common/parts/data-column.contract.js';
import type { Dataset } from '../dataset.js';
import { MAX_DRAWN_ROWS } from '../datasets.limits.js';
import { orderOf, orderRows } from './chart-order.js';
import { type ChartPlan, isContinuous, planChart, type PlannedChannel } from './chart-plan.js';
import { computeRows } from './chart-rows.js';
import { summarise } from './chart-summary.js';
import { MEASURES } from './measures.js';
import { fittingRows, sourceOf, viewError } from './view-columns.js';
import { refuseFigures } from './view-words.js';
import type { ChartView } from './view.contract.js';

/**
 * In: a dataset and a checked request for a chart of it. Out: the finished part: what is drawn, computed here, and a
 * spec that describes those rows. Throws DATASET_VIEW_INVALID with a sentence that names what fits.
 */
export function chartView(dataset: Dataset, view: ChartView): ChartPart {
  const { data } = view.spec;
  if (data && data.name !== dataset.id) throw viewError('data.name must be the dataset_id, or be left out.');
  refuseFigures(dataset, [view.title, ...Object.values(view.spec.encoding).map((channel) => channel?.title)]);
  const plan = planChart(dataset, view);
  const computed = computeRows(dataset, plan);
  const ordered = orderRows(computed.rows, plan);
  const rows = wholeGroups(fittingRows(ordered, MAX_DRAWN_ROWS), ordered, plan);
  const notes = notesOf(dataset, plan, {
    drawn: rows.length,
    all: ordered.length,
    omitted: computed.omitted,
  });
  return {
    type: 'chart',
    ...sourceOf(dataset),
    spec: finishedSpec(dataset, plan),
    rows,
    title: view.title,
    summary: [...summarise(plan, rows), ...notes].join(' '),
  };
}

/** Where the end was cut off, a place on the axis that lost some of its marks is left out: its total would be wrong. */
function wholeGroups(fitting: DataRow[], all: readonly DataRow[], plan: ChartPlan): DataRow[] {
  const next = all[fitting.length];
  if (!next || !plan.grouped) return fitting;
  const keys = orderOf(plan)
    .filter(({ channel }) => channel !== 'color' || plan.mark === 'arc')
    .map(({ key }) => key);
  const isCut = (row: DataRow | undefined): boolean => keys.every((key) => row?.[key] === next[key]);
  let end = fitting.length;
  while (end > 0 && isCut(fitting[end - 1])) end -= 1;
  return end > 0 ? fitting.slice(0, end) : fitting;
}

interface Counts {
  readonly drawn: number;
  readonly all: number;
  readonly omitted: number;
}

const number = new Intl.NumberFormat('en-US');

function notesOf(dataset: Dataset, plan: ChartPlan, { drawn, all, omitted }: Counts): string[] {
  const kept = dataset.rows.length;
  return [
    ...(drawn < all ? [`Only the first ${number.format(drawn)} of ${number.format(all)} are drawn.`] : []),
    ...(omitted > 0
      ? [`Left out for want of a value: ${number.format(omitted)} of ${number.format(kept)} rows.`]
      : []),
    ...(kept < dataset.total
      ? [
          `${plan.grouped ? 'Computed' : 'Drawn'} from the first ${number.format(kept)} of ${number.format(dataset.total)} rows.`,
        ]
      : []),
  ];
}

function finishedSpec(dataset: Dataset, plan: ChartPlan): ChartSpec {
  const encoding: Encoding = Object.fromEntries(
    plan.channels.map((channel) => [channel.channel, finishedChannel(channel, plan)]),
  );
  return { mark: plan.mark, encoding, data: { name: dataset.id } };
}

function finishedChannel(planned: PlannedChannel, plan: ChartPlan): ChannelSpec {
  const { key, type, title, unit, format, spec } = planned;
  return {
    field: key,
    type,
    ...(isContinuous(planned) ? (spec.sort === 'descending' ? { sort: spec.sort } : {}) : { sort: null }),
    ...(planned === plan.measure ? stackOf(plan, planned) : {}),
    title: unit ? `${title} (${unit})`.slice(0, 200) : title,
    ...(format ? { format } : {}),
  };
}

/** Vega-Lite's own rule, written out: bars and areas of several colors stack where their figures add up. */
function stackOf({ mark, channels }: ChartPlan, { spec }: PlannedChannel): Pick<ChannelSpec, 'stack'> {
  if (mark !== 'bar' && mark !== 'area' && mark !== 'arc') return {};
  if (spec.stack !== undefined) return { stack: spec.stack };
  const several = mark === 'arc' || channels.some(({ channel }) => channel === 'color');
  const additive = !spec.aggregate || MEASURES[spec.aggregate].additive;
  return { stack: several && additive ? 'zero' : null };
}
