import type { AnalyticsReport, DayFigures } from '../../../../src/monitoring/analytics/report.contract.js';
import type { ChannelSpec, ChartSpec, DataPart, DataRow } from '../../client/wire.js';
import { cellText } from '../../figures/format.js';
import { countedText, countText, moneyText, secondsText } from './numbers.js';

export type ChartPart = Extract<DataPart, { type: 'chart' }>;
type Days = readonly DayFigures[];
type Locale = string | undefined;

/** What the charts of a report are called, and what stands where a chart has nothing to show. */
export interface Drawn {
  readonly title: string;
  readonly part: ChartPart | undefined;
  readonly nothing: string;
}

const DAY: ChannelSpec = { field: 'day', type: 'temporal', title: 'Day (UTC)', format: '%b %d' };
const figure = (field: string, title: string, more: ChannelSpec = {}): ChannelSpec => ({
  field,
  type: 'quantitative',
  title,
  ...more,
});
const series = (title: string): ChannelSpec => ({ field: 'series', type: 'nominal', title });
const STACKED: ChannelSpec = { stack: 'zero' };

/** In: a report, and how its origin is called. Out: its charts by day, then those by name; an empty one has no part. */
export function chartsOf(report: AnalyticsReport, source: string, locale: Locale): Drawn[] {
  const chart = (title: string, nothing: string, made: Made): Drawn => ({
    title,
    nothing,
    part: made.rows.length > 0 ? partOf(report, source, title, made) : undefined,
  });
  const { by_day: days } = report;
  return [
    chart('Answers by day', 'No questions in this period.', outcomes(days, locale)),
    chart('Conversations by day', 'No conversation began in this period.', conversations(days, locale)),
    chart(
      'Time to first text',
      'No answer was timed in this period.',
      times(days, 'time_to_first_token', locale),
    ),
    chart('Time to the end', 'No answer was timed in this period.', times(days, 'time_to_end', locale)),
    chart('Tokens by day', 'No model was asked in this period.', tokens(days, locale)),
    chart('Cost by day', noCost(report), costs(report, locale)),
    chart('Answers by agent', 'No agent answered in this period.', agents(report, locale)),
    chart('Failures by reason', 'Nothing failed in this period.', failures(report, locale)),
  ];
}

interface Made {
  readonly mark: ChartSpec['mark'];
  readonly encoding: ChartSpec['encoding'];
  readonly rows: readonly DataRow[];
  readonly summary: string;
}

function partOf(
  { as_of, from, to }: AnalyticsReport,
  source: string,
  title: string,
  { mark, encoding, rows, summary }: Made,
): ChartPart {
  const id = `${title.toLowerCase().replaceAll(' ', '-')}_${from}_${to}`;
  return {
    type: 'chart',
    dataset_id: id,
    source,
    as_of,
    title,
    summary,
    rows: [...rows],
    spec: { mark, encoding, data: { name: id } },
  };
}

/** A row for each day and each kind that ever was. */
function byKind(days: Days, kinds: Readonly<Record<string, (day: DayFigures) => number>>): DataRow[] {
  const known = Object.entries(kinds).filter(([, of]) => sumOf(days, of) > 0);
  return days.flatMap((day) => known.map(([name, of]) => ({ day: day.day, series: name, count: of(day) })));
}

const sumOf = (days: Days, of: (day: DayFigures) => number): number =>
  days.reduce((sum, day) => sum + of(day), 0);

/** A day as axes write it. */
const dateText = (day: string, locale: Locale): string =>
  cellText(day, { type: 'date', format: '%b %d' }, locale);

/** The day with the highest figure, in words; empty where there is only one. */
function most(
  days: Days,
  of: (day: DayFigures) => number,
  write: (value: number) => string,
  locale: Locale,
): string {
  if (days.length < 2) return '';
  const top = days.reduce((best, day) => (of(day) > of(best) ? day : best));
  return ` Most on ${dateText(top.day, locale)}: ${write(of(top))}.`;
}

function outcomes(days: Days, locale: Locale): Made {
  const count = (value: number): string => countText(value, locale);
  const [answers, failed, stopped] = (['answers', 'failed', 'stopped'] as const).map((name) =>
    sumOf(days, (day) => day[name]),
  );
  return {
    mark: 'bar',
    encoding: { x: DAY, y: figure('count', 'Questions', STACKED), color: series('Outcome') },
    rows: byKind(days, {
      Answered: (day) => day.answers,
      Failed: (day) => day.failed,
      Stopped: (day) => day.stopped,
    }),
    summary: `${count(answers!)} answered, ${count(failed!)} failed, ${count(stopped!)} stopped.${most(days, (day) => day.questions, count, locale)}`,
  };
}

function conversations(days: Days, locale: Locale): Made {
  const of = (day: DayFigures): number => day.conversations;
  const count = (value: number): string => countText(value, locale);
  const rows = days.map((day) => ({ day: day.day, count: of(day) }));
  return {
    mark: 'bar',
    encoding: { x: DAY, y: figure('count', 'Conversations') },
    rows: rows.some((row) => row.count > 0) ? rows : [],
    summary: `${countedText(sumOf(days, of), 'conversation', locale)} began.${most(days, of, count, locale)}`,
  };
}

function times(days: Days, name: 'time_to_first_token' | 'time_to_end', locale: Locale): Made {
  const of = (day: DayFigures): number => day[name].p95 ?? -1;
  const slowest = days.reduce((worst, day) => (of(day) > of(worst) ? day : worst));
  return {
    mark: 'line',
    encoding: { x: DAY, y: figure('seconds', 'Seconds'), color: series('Measure') },
    rows:
      of(slowest) < 0
        ? []
        : days.flatMap((day) => [
            { day: day.day, series: 'Median', seconds: day[name].p50 },
            { day: day.day, series: '95 % within', seconds: day[name].p95 },
          ]),
    summary: `From the question, of answers in full. Slowest on ${dateText(slowest.day, locale)}: 95 % within ${secondsText(slowest[name].p95, locale)}.`,
  };
}

function tokens(days: Days, locale: Locale): Made {
  const of = (day: DayFigures): number => day.input_tokens + day.output_tokens;
  const count = (value: number): string => countText(value, locale);
  return {
    mark: 'bar',
    encoding: { x: DAY, y: figure('count', 'Tokens', STACKED), color: series('Direction') },
    rows: byKind(days, { Input: (day) => day.input_tokens, Output: (day) => day.output_tokens }),
    summary: `${count(sumOf(days, of))} tokens.${most(days, of, count, locale)}`,
  };
}

const noCost = ({ unpriced_models: unpriced }: AnalyticsReport): string =>
  unpriced.length > 0
    ? 'No cost is known: set the prices of models in MODEL_PRICES.'
    : 'No model cost anything in this period.';

function costs({ by_day: days, currency }: AnalyticsReport, locale: Locale): Made {
  const of = (day: DayFigures): number => day.cost ?? 0;
  const money = (value: number): string => moneyText(value, currency, locale);
  const unknown = days.filter(({ cost }) => cost === null).length;
  const gap = unknown > 0 ? ` Days whose cost is not known: ${unknown}.` : '';
  return {
    mark: 'bar',
    encoding: { x: DAY, y: figure('cost', `Cost (${currency})`) },
    rows: days.some((day) => of(day) > 0) ? days.map(({ day, cost }) => ({ day, cost })) : [],
    summary: `${money(sumOf(days, of))} in all.${most(days, of, money, locale)}${gap}`,
  };
}

const words = (name: string): string => name.replaceAll('_', ' ');

/** Names and counts as bars to the right, the longest first. */
function byName(
  rows: readonly { readonly name: string; readonly count: number }[],
  names: string,
  counts: string,
  summary: string,
): Made {
  const y: ChannelSpec = { field: 'name', type: 'nominal', title: names };
  return {
    mark: 'bar',
    encoding: { x: figure('count', counts), y },
    rows: rows.map((row) => ({ ...row })),
    summary,
  };
}

function agents({ agents: all }: AnalyticsReport, locale: Locale): Made {
  const rows = all.map(({ agent_name: name, answers }) => ({ name: words(name), count: answers }));
  const busiest = rows[0] ? `${rows[0].name} answered most: ${countText(rows[0].count, locale)}.` : '';
  return byName(rows, 'Agent', 'Answers', busiest);
}

function failures({ failures: all }: AnalyticsReport, locale: Locale): Made {
  const rows = all.map(({ code, failures: count }) => ({ name: code, count }));
  const first = rows[0] ? `Most often ${rows[0].name}: ${countText(rows[0].count, locale)}.` : '';
  return byName(rows, 'Code', 'Failures', first);
}
