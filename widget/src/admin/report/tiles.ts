import type { AnalyticsReport } from '../../../../src/monitoring/analytics/report.contract.js';
import { countedText, countText, moneyText, secondsText, shareText } from './numbers.js';

/** One figure of a period: for people as `text`, exact as `value`; null where there is none. */
export interface Tile {
  readonly label: string;
  readonly value: number | null;
  readonly text: string;
  readonly note: string;
}

const MOST_NAMES = 2;

const shareOf = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);

/** In: a report. Out: its figures in all, in the order in which they are shown. */
export function tilesOf(report: AnalyticsReport, locale: string | undefined): Tile[] {
  const { totals } = report;
  const count = (number: number): string => countText(number, locale);
  return [
    {
      label: 'Conversations',
      value: totals.conversations,
      text: count(totals.conversations),
      note: countedText(totals.questions, 'question', locale),
    },
    {
      label: 'Answers',
      value: totals.answers,
      text: count(totals.answers),
      note: `${count(totals.stopped)} stopped by the reader`,
    },
    shareTile('Failure rate', totals.failed, totals.questions, `${count(totals.failed)} failed`, locale),
    ratings(report, locale),
    timeTile('Time to first text', totals.time_to_first_token, locale),
    timeTile('Time to the end', totals.time_to_end, locale),
    tokens(report, locale),
    cost(report, locale),
  ];
}

function shareTile(
  label: string,
  part: number,
  whole: number,
  note: string,
  locale: string | undefined,
): Tile {
  const value = shareOf(part, whole);
  return { label, value, text: shareText(value, locale), note };
}

function ratings({ totals: { feedback } }: AnalyticsReport, locale: string | undefined): Tile {
  const { up, down } = feedback;
  const note = `${countText(up, locale)} thumbs up, ${countText(down, locale)} down`;
  return shareTile('Good ratings', up, up + down, note, locale);
}

function timeTile(
  label: string,
  { p50, p95 }: AnalyticsReport['totals']['time_to_end'],
  locale: string | undefined,
): Tile {
  const note = p95 === null ? 'No answers yet' : `Median; 95 % within ${secondsText(p95, locale)}`;
  return { label, value: p50, text: secondsText(p50, locale), note };
}

function tokens({ totals }: AnalyticsReport, locale: string | undefined): Tile {
  const value = totals.input_tokens + totals.output_tokens;
  const [input, output] = [totals.input_tokens, totals.output_tokens].map((one) => countText(one, locale));
  return { label: 'Tokens', value, text: countText(value, locale), note: `${input} in, ${output} out` };
}

/** The first names of a list, and how many more there are. */
const shortList = (names: readonly string[]): string =>
  names.length > MOST_NAMES + 1
    ? `${names.slice(0, MOST_NAMES).join(', ')} and ${names.length - MOST_NAMES} more`
    : names.join(', ');

function cost(
  { totals, currency, unpriced_models: unpriced }: AnalyticsReport,
  locale: string | undefined,
): Tile {
  const each = shareOf(totals.cost ?? 0, totals.answers);
  const note =
    unpriced.length > 0
      ? `No price set for ${shortList(unpriced)}`
      : each === null
        ? 'No answers yet'
        : `${moneyText(each, currency, locale)} an answer`;
  return { label: 'Cost', value: totals.cost, text: moneyText(totals.cost, currency, locale), note };
}
