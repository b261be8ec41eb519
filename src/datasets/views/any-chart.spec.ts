import fc from 'fast-check';
import { chartOf, COLUMNS, sampleDataset, type SampleRow, SUM } from '../../../test/support/datasets.js';
import type { ChartPart } from '../../common/parts/answer-part.contract.js';

describe('any chart', () => {
  const day = fc.date({ min: new Date('2000-01-01'), max: new Date('2030-12-31'), noInvalidDate: true });
  const anyRow: fc.Arbitrary<SampleRow> = fc
    .tuple(
      fc.option(fc.constantFrom('a', 'b', 'constructor', '__proto__', '')),
      fc.option(fc.integer({ min: -1e9, max: 1e9 }).map((cents) => cents / 100)),
      fc.option(fc.integer({ min: 0, max: 100 })),
      day,
      fc.boolean(),
    )
    .map(([region, amount, items, at, paid]) => [
      ...([region, amount, items, at.toISOString().slice(0, 10), at.toISOString(), paid] as SampleRow),
    ]);

  it('sums to the same as its rows, by another way', () => {
    fc.assert(
      fc.property(
        fc.array(anyRow, { maxLength: 60 }),
        fc.constantFrom('year', 'yearmonth'),
        (rows, timeUnit) => {
          const encoding = { x: { field: 'day', timeUnit }, y: SUM, color: { field: 'region' } };
          const part = chartOf({ mark: 'bar', encoding }, sampleDataset(rows));
          const cents = new Map<string, bigint>();
          for (const [region, amount, , date] of rows) {
            if (amount === null) continue;
            const name = JSON.stringify([date!.slice(0, timeUnit === 'year' ? 4 : 7), region]);
            cents.set(name, (cents.get(name) ?? 0n) + BigInt(Math.round(amount * 100)));
          }
          const drawn = part.rows.map((one) => [
            JSON.stringify([
              String(one[`${timeUnit}_day`]).slice(0, timeUnit === 'year' ? 4 : 7),
              one['region'],
            ]),
            one['sum_amount'],
          ]);
          expect(new Map(drawn as never)).toEqual(
            new Map([...cents].map(([name, SUM]) => [name, Number(`${SUM}e-2`)])),
          );
          const times = part.rows.map((one) => String(one[`${timeUnit}_day`]));
          expect(times).toEqual(times.toSorted());
        },
      ),
    );
  });

  const seldom = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
    fc.oneof({ weight: 7, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
  const channel = (field: fc.Arbitrary<string>, aggregate: fc.Arbitrary<string | undefined>) =>
    fc.record({
      field,
      aggregate,
      type: seldom(fc.constantFrom('quantitative', 'temporal', 'ordinal', 'nominal')),
      timeUnit: seldom(fc.constantFrom('year', 'yearmonth', 'day', 'hours')),
      sort: seldom(fc.constantFrom('ascending', 'descending', '-y', 'x', null)),
      stack: seldom(fc.constantFrom('zero', 'normalize', null)),
      format: seldom(fc.constantFrom(',.2f', '%Y')),
    });
  const name = channel(fc.constantFrom(...COLUMNS.map(({ key }) => key)), fc.constant(undefined));
  const figure = channel(
    fc.constantFrom('amount', 'items', 'day'),
    fc.constantFrom(undefined, 'sum', 'mean', 'median', 'min', 'max', 'count', 'distinct'),
  );
  const more = { color: seldom(name), column: seldom(name) };
  const axes = fc.record({ x: fc.oneof(name, figure), y: fc.oneof(figure, name), ...more });
  const anySpec = fc.oneof(
    fc.record({ mark: fc.constantFrom('bar', 'line', 'area', 'point'), encoding: axes }),
    fc.record({ mark: fc.constant('rect'), encoding: fc.record({ x: name, y: name, color: figure }) }),
    fc.record({ mark: fc.constant('arc'), encoding: fc.record({ ...more, color: name, theta: figure }) }),
  );

  it('is drawn whole, described by its own rows and the same each time, or refused with a sentence', () => {
    let drawn = 0;
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 20 }), anySpec, (rows, asked) => {
        let part: ChartPart;
        try {
          part = chartOf(asked, sampleDataset(rows));
        } catch (error) {
          expect(error).toMatchObject({
            code: 'DATASET_VIEW_INVALID',
            detail: expect.stringMatching(/^[A-Z\w].*\.$/s),
          });
          return;
        }
        drawn += 1;
        expect(chartOf(asked, sampleDataset(rows))).toEqual(part);
        const fields = Object.values(part.spec.encoding).map((one) => String(one?.field));
        for (const one of part.rows) expect(Object.keys(one).sort()).toEqual([...new Set(fields)].sort());
        for (const one of Object.values(part.spec.encoding)) {
          expect([one?.aggregate, one?.timeUnit]).toEqual([undefined, undefined]);
          for (const value of part.rows.map((drawnRow) => drawnRow[String(one?.field)])) {
            if (one?.type === 'quantitative') expect(Number.isFinite(value)).toBe(true);
            if (one?.type === 'temporal') expect(Number.isNaN(Date.parse(String(value)))).toBe(false);
          }
        }
        expect(part.summary).toMatch(/^(Bar|Line|Area|Scatter|Pie|Heat)/);
        expect(part.summary).not.toMatch(/NaN|undefined|Infinity|null/);
      }),
      { numRuns: 1500 },
    );
    expect(drawn).toBeGreaterThan(150);
  });
});
