import { barOf, chartOf, DATASET_ID, sampleDataset, sampleRow, SUM } from '../../../test/support/datasets.js';

describe('charts that do not fit the columns', () => {
  const y = { aggregate: 'count' };
  const x = { field: 'region' };
  it.each<[string, object, RegExp]>([
    [
      'an unknown field',
      barOf({ field: 'town' }, y),
      /no column town\. The columns are region \(text\), amount \(number, EUR\), items \(integer\)/,
    ],
    [
      'a field of another kind',
      barOf(x, { field: 'region', aggregate: 'sum' }),
      /sum needs a column of numbers; region is text/,
    ],
    [
      'the lowest name',
      barOf(x, { field: 'region', aggregate: 'min' }),
      /min needs a column of numbers or times/,
    ],
    ['an aggregate of nothing', barOf(x, { aggregate: 'mean' }), /y needs a field/],
    ['no field', barOf({}, y), /x needs a field/],
    [
      'a period of numbers',
      barOf({ field: 'items', timeUnit: 'year' }, y),
      /year needs a column of dates; items is integer/,
    ],
    [
      'hours of days',
      barOf({ field: 'day', timeUnit: 'hours' }, y),
      /hours needs a time of day; day is a date/,
    ],
    ['a period of an aggregate', barOf(x, { field: 'at', timeUnit: 'year', aggregate: 'max' }), /take one/],
    [
      'names as numbers',
      barOf({ field: 'region', type: 'quantitative' }, y),
      /x cannot be quantitative; region is nominal/,
    ],
    [
      'numbers as times',
      barOf({ field: 'items', type: 'temporal' }, y),
      /cannot be temporal; items is quantitative/,
    ],
    ['figures as names', barOf(x, { ...SUM, type: 'nominal' }), /y cannot be nominal; sum is quantitative/],
    ['no numbers', barOf(x, { field: 'paid' }), /needs numbers on y or x/],
    ['no y', { mark: 'line', encoding: { x } }, /line needs y/],
    ['a pie with axes', { mark: 'arc', encoding: { theta: SUM, color: x, y } }, /arc takes no y/],
    ['a pie without names', { mark: 'arc', encoding: { theta: SUM } }, /arc needs color/],
    ['theta on bars', barOf(x, y, { theta: SUM }), /bar takes no theta/],
    [
      'stacked lines',
      { mark: 'line', encoding: { x, y: { ...SUM, stack: 'zero' } } },
      /stack belongs to the numbers of a bar/,
    ],
    ['stacked names', barOf({ ...x, stack: 'zero' }, y), /not to x/],
    ['stacked averages', barOf(x, { ...SUM, aggregate: 'mean', stack: 'zero' }), /mean cannot be stacked/],
    [
      'sorted figures',
      barOf(x, { ...SUM, sort: 'descending' }),
      /give sort "-y" to the channel with the names/,
    ],
    ['times sorted by figures', barOf({ field: 'day', sort: '-y' }, y), /cannot be sorted by "-y"/],
    ['a sort by a channel that is not there', barOf({ ...x, sort: 'theta' }, y), /numbers on theta/],
    ['many small charts', barOf(x, y, { column: { field: 'amount' } }), /column needs a column of names/],
    [
      'a time as a number',
      barOf(x, { ...SUM, format: '%Y' }),
      /format %Y does not fit amount; these do: ,\.0f/,
    ],
    ['a number as a time', barOf({ field: 'day', format: '.0%' }, y), /these do: %Y/],
    ['a format of names', barOf({ ...x, format: '.0%' }, y), /none does/],
    [
      'another dataset',
      { ...barOf(x, y), data: { name: DATASET_ID.replace('0', '1') } },
      /data\.name must be the dataset_id/,
    ],
  ])('%s', (_name, spec, message) => {
    expect(() => chartOf(spec)).toThrow(/^DATASET_VIEW_INVALID/);
    expect(() => chartOf(spec)).toThrow(message);
  });

  it('shares of what is below nothing', () => {
    const rows = sampleDataset([sampleRow('N', -1), sampleRow('S', 2)]);
    expect(() => chartOf({ mark: 'arc', encoding: { theta: SUM, color: x } }, rows)).toThrow(/below 0/);
    expect(() => chartOf(barOf(x, { ...SUM, stack: 'normalize' }), rows)).toThrow(/below 0/);
    expect(chartOf(barOf(x, SUM), rows).rows).toHaveLength(2);
  });

  it('sums that no number holds', () => {
    expect(() =>
      chartOf(barOf(x, SUM), sampleDataset([sampleRow('N', 1.7e308), sampleRow('N', 1.7e308)])),
    ).toThrow(/larger than any number/);
  });
});
