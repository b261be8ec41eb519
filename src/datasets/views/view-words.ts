import type { Dataset } from '../dataset.js';
import { viewError } from './view-columns.js';

/** A number that does not belong to a name such as `p95`, with the sign of a currency before and what follows at once. */
const NUMBER = /(?<![\p{L}\p{N}_.,-])[$€£¥₹]?\s?\p{Nd}(?:[\p{Nd}.,'-]*\p{Nd})?\s?(?:[%‰]|\p{L}+)?/gu;
/** A plain number that names rather than measures: `top 10`, `last 30 days`, a year. */
const NAMING = /^(?:\d\d?|100|(?:19|20)\d\d)(?:$|\s?\p{L})/u;
const MEASURING =
  /[$€£¥₹%‰]|\d\s?(?:k|K|M|B|G|T|bn|mn|percent|thousand|million|billion|times|fold|x)(?!\p{L})/u;

const numbersIn = (text: string): string[] => (text.match(NUMBER) ?? []).map((found) => found.trim());

/**
 * Keeps figures out of the words around them: titles and labels are prose, which may name the ten first or a year, and
 * repeat what the dataset itself says, and no more. Throws DATASET_VIEW_INVALID, which names the figure.
 */
export function refuseFigures(dataset: Dataset, words: readonly (string | undefined)[]): void {
  const doubtful = words
    .flatMap((text) => (text === undefined ? [] : numbersIn(text)))
    .filter((number) => MEASURING.test(number) || !NAMING.test(number));
  if (doubtful.length === 0) return;
  const said = new Set(textsOf(dataset).flatMap(numbersIn));
  const invented = doubtful.find((number) => !said.has(number));
  if (invented !== undefined)
    throw viewError(
      `Leave the figure "${invented}" out of titles and labels: figures come from the rows alone.`,
    );
}

function textsOf({ columns, rows, source }: Dataset): string[] {
  const cells = rows.flat().filter((cell) => typeof cell === 'string');
  return [source, ...columns.flatMap(({ label, unit = '' }) => [label, unit]), ...cells];
}
