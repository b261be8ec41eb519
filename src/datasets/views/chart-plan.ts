import {
  type Channel,
  CHANNELS,
  type ChannelSpec,
  type FieldType,
  type Mark,
} from '../../common/parts/chart-spec.contract.js';
import type { DataColumn } from '../../common/parts/data-column.contract.js';
import { NUMBER_FORMATS, TIME_FORMATS, type ValueFormat } from '../../common/parts/value-format.contract.js';
import type { Dataset } from '../dataset.js';
import { checkMeasure, MEASURES, measureTitle } from './measures.js';
import { isCycle, TIME_UNITS } from './time-units.js';
import { columnOf, isNumeric, isTime, viewError } from './view-columns.js';
import type { ChartView } from './view.contract.js';

/** One channel of a chart that was checked against the dataset's columns. */
export interface PlannedChannel {
  readonly channel: Channel;
  readonly spec: ChannelSpec;
  /** Place in the dataset's rows; -1 for a count without a field. */
  readonly index: number;
  /** Its key in the rows that are drawn. */
  readonly key: string;
  readonly type: FieldType;
  readonly title: string;
  readonly unit: string | undefined;
  readonly format: ValueFormat | undefined;
}

export interface ChartPlan {
  readonly mark: Mark;
  readonly channels: readonly PlannedChannel[];
  /** The channel that figures are compared on; none for points of two dimensions that are no numbers. */
  readonly measure: PlannedChannel | undefined;
  /** Whether rows are grouped: true where any channel has an aggregate, as in Vega-Lite. */
  readonly grouped: boolean;
}

const MARK_RULES: Readonly<
  Record<Mark, { needs: readonly Channel[]; refuses: readonly Channel[]; measures: readonly Channel[] }>
> = {
  bar: { needs: ['x', 'y'], refuses: ['theta'], measures: ['y', 'x'] },
  line: { needs: ['x', 'y'], refuses: ['theta'], measures: ['y', 'x'] },
  area: { needs: ['x', 'y'], refuses: ['theta'], measures: ['y', 'x'] },
  point: { needs: ['x', 'y'], refuses: ['theta'], measures: ['y', 'x'] },
  arc: { needs: ['theta', 'color'], refuses: ['x', 'y'], measures: ['theta'] },
  rect: { needs: ['x', 'y', 'color'], refuses: ['theta'], measures: ['color'] },
};

/** In: a dataset and the chart asked for. Out: what to compute and draw. Throws DATASET_VIEW_INVALID, which says what fits. */
export function planChart(dataset: Dataset, { spec }: ChartView): ChartPlan {
  const { mark, encoding } = spec;
  const rules = MARK_RULES[mark];
  const missing = rules.needs.filter((channel) => !encoding[channel]);
  if (missing.length > 0) throw viewError(`A chart with the mark ${mark} needs ${missing.join(' and ')}.`);
  const refused = rules.refuses.filter((channel) => encoding[channel]);
  if (refused.length > 0) throw viewError(`A chart with the mark ${mark} takes no ${refused.join(' or ')}.`);
  const names = new Map<string, string>();
  const channels = CHANNELS.flatMap((channel) => {
    const asked = encoding[channel];
    return asked ? [planChannel(dataset, channel, asked, names)] : [];
  });
  const measure = measureOf(mark, channels);
  for (const channel of channels) checkLayout(mark, channel, channels, measure);
  return { mark, channels, measure, grouped: channels.some((channel) => channel.spec.aggregate) };
}

/** Whether the channel's values lie on a scale without gaps; others are names in an order. */
export function isContinuous({ type }: PlannedChannel): boolean {
  return type === 'quantitative' || type === 'temporal';
}

function planChannel(
  dataset: Dataset,
  channel: Channel,
  spec: ChannelSpec,
  names: Map<string, string>,
): PlannedChannel {
  const { field, aggregate, timeUnit } = spec;
  if (field === undefined && aggregate !== 'count')
    throw viewError(`The channel ${channel} needs a field; only a count does without.`);
  const { index, column } = field === undefined ? { index: -1 } : columnOf(dataset, field);
  if (aggregate && timeUnit)
    throw viewError(`The channel ${channel} has an aggregate and a timeUnit; take one.`);
  if (aggregate) checkMeasure(aggregate, column);
  if (timeUnit) checkTimeUnit(spec, column as DataColumn);
  const type = typeOf(channel, spec, column);
  const keepsUnit = !aggregate || MEASURES[aggregate].keepsUnit;
  return {
    channel,
    spec,
    index,
    key: keyOf(spec, names),
    type,
    title: spec.title ?? (aggregate ? measureTitle(aggregate, column) : (column?.label ?? channel)),
    unit: keepsUnit && type === 'quantitative' ? column?.unit : undefined,
    format: formatOf(spec, column),
  };
}

function checkTimeUnit({ timeUnit }: ChannelSpec, column: DataColumn): void {
  if (!isTime(column))
    throw viewError(`The timeUnit ${timeUnit} needs a column of dates; ${column.key} is ${column.type}.`);
  if (TIME_UNITS[timeUnit!].ofDay && column.type === 'date')
    throw viewError(`The timeUnit ${timeUnit} needs a time of day; ${column.key} is a date.`);
}

function typeOf(channel: Channel, spec: ChannelSpec, column: DataColumn | undefined): FieldType {
  const natural = NATURAL[kindOf(spec, column)];
  const asked = spec.timeUnit && isCycle(spec.timeUnit) ? 'ordinal' : (spec.type ?? natural);
  const isName = asked === 'nominal' || asked === 'ordinal';
  if (asked !== natural && (!isName || spec.aggregate))
    throw viewError(
      `The channel ${channel} cannot be ${asked}; ${spec.aggregate ?? column?.key} is ${natural}.`,
    );
  if (channel !== 'column' || isName) return asked;
  if (spec.aggregate || asked === 'quantitative')
    throw viewError('The channel column needs a column of names or a timeUnit.');
  return 'ordinal';
}

type Kind = 'number' | 'time' | 'name';

const NATURAL = { number: 'quantitative', time: 'temporal', name: 'nominal' } as const;
const FORMATS: Readonly<Record<Kind, readonly ValueFormat[]>> = {
  number: NUMBER_FORMATS,
  time: TIME_FORMATS,
  name: [],
};

/** What the values of a channel are once they are computed. */
function kindOf({ timeUnit, aggregate }: ChannelSpec, column: DataColumn | undefined): Kind {
  if (timeUnit) return isCycle(timeUnit) ? 'name' : 'time';
  if (!column || (aggregate && !MEASURES[aggregate].keepsUnit) || isNumeric(column)) return 'number';
  return isTime(column) ? 'time' : 'name';
}

function formatOf(spec: ChannelSpec, column: DataColumn | undefined): ValueFormat | undefined {
  const { format, timeUnit, aggregate } = spec;
  const fitting = FORMATS[kindOf(spec, column)];
  if (format !== undefined && !fitting.includes(format))
    throw viewError(
      `The format ${format} does not fit ${column?.key ?? 'a count'}; ${fitting.length > 0 ? `these do: ${fitting.join(' ')}` : 'none does'}.`,
    );
  if (format !== undefined) return format;
  if (timeUnit) return TIME_UNITS[timeUnit].format;
  return !aggregate || MEASURES[aggregate].keepsUnit ? column?.format : undefined;
}

/** A channel of the same meaning shares the key; another meaning of the same name gets a number. */
function keyOf({ field, aggregate, timeUnit }: ChannelSpec, names: Map<string, string>): string {
  const meaning = JSON.stringify([aggregate === 'count' ? null : field, aggregate, timeUnit]);
  const known = names.get(meaning);
  if (known !== undefined) return known;
  const name = aggregate === 'count' ? 'count' : [aggregate ?? timeUnit, field].filter(Boolean).join('_');
  const taken = new Set(names.values());
  let key = name.slice(0, 60);
  for (let number = 2; taken.has(key); number += 1) key = `${name.slice(0, 60)}_${number}`;
  names.set(meaning, key);
  return key;
}

function measureOf(mark: Mark, channels: readonly PlannedChannel[]): PlannedChannel | undefined {
  const candidates = MARK_RULES[mark].measures.flatMap((name) =>
    channels.filter(({ channel, type }) => channel === name && type === 'quantitative'),
  );
  const measure = candidates.find(({ spec }) => spec.aggregate) ?? candidates[0];
  if (!measure && mark !== 'point')
    throw viewError(
      `A chart with the mark ${mark} needs numbers on ${MARK_RULES[mark].measures.join(' or ')}.`,
    );
  return measure;
}

function checkLayout(
  mark: Mark,
  planned: PlannedChannel,
  channels: readonly PlannedChannel[],
  measure: PlannedChannel | undefined,
): void {
  const { channel, spec } = planned;
  if (spec.stack && (planned !== measure || !['bar', 'area', 'arc'].includes(mark)))
    throw viewError(`stack belongs to the numbers of a bar, area or arc chart, not to ${channel}.`);
  if (spec.stack && spec.aggregate && !MEASURES[spec.aggregate].additive)
    throw viewError(`Results of ${spec.aggregate} cannot be stacked; leave stack out.`);
  if (spec.sort === undefined || spec.sort === null) return;
  if (spec.aggregate)
    throw viewError(
      `Sort the names, not the numbers: give sort "-${channel}" to the channel with the names, and none to ${channel}.`,
    );
  const by = /^-?(x|y|theta)$/.exec(spec.sort)?.[1];
  if (by === undefined) return;
  const reference = channels.find((other) => other.channel === by);
  if (isContinuous(planned) || reference?.type !== 'quantitative')
    throw viewError(
      `The channel ${channel} cannot be sorted by "${spec.sort}": that needs names on ${channel} and numbers on ${by}.`,
    );
}
