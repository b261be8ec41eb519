import type { ChartSpec, DataRow } from '../client/wire.js';
import { plotOf } from './plot.js';

const spec = (encoding: object, mark = 'bar'): ChartSpec =>
  ({ mark, encoding, data: { name: 'd' } }) as unknown as ChartSpec;
const X = { field: 'region', type: 'nominal', sort: null };
const Y = { field: 'amount', type: 'quantitative', stack: null };
const ROWS: DataRow[] = [
  { region: 'South', kind: 'a', amount: 3, year: '2026-01-01' },
  { region: 'South', kind: 'b', amount: 1, year: '2025-01-01' },
  { region: 'North', kind: 'a', amount: -2, year: '2026-01-01' },
  { region: 'North', kind: 'b', amount: 4, year: '2025-01-01' },
];
const ends = (encoding: object, rows = ROWS) =>
  plotOf(spec(encoding), rows)!.facets.map(({ marks }) =>
    marks.map(({ place, from, to }) => [place, from, to]),
  );

describe('what is drawn of a chart', () => {
  it('keeps the order of the rows and begins at 0', () => {
    const plot = plotOf(spec({ x: X, y: Y }), ROWS)!;
    expect(plot).toMatchObject({
      upright: true,
      places: ['South', 'North'],
      extent: [-2, 4],
      stacked: false,
    });
  });

  it('lies on its side where figures are on x', () => {
    const plot = plotOf(spec({ x: { ...Y, field: 'amount' }, y: X }), ROWS)!;
    expect(plot).toMatchObject({ upright: false, axis: { field: 'region' }, measure: { field: 'amount' } });
  });

  it('knows the figures by their stack where both axes are numbers', () => {
    const both = { x: Y, y: { field: 'level', type: 'quantitative' } };
    expect(plotOf(spec(both), ROWS)).toMatchObject({ upright: false, measure: { field: 'amount' } });
  });

  it('draws no mark for a figure that is missing, but keeps its place', () => {
    const rows = [{ region: 'West', amount: null }, ...ROWS, { region: 'East', amount: 0 }];
    expect(plotOf(spec({ x: X, y: Y }), rows)!.places).toEqual(['West', 'South', 'North', 'East']);
    const drawn = ends({ x: X, y: Y }, rows)[0]!.map(([place]) => place);
    expect(drawn).toEqual(['South', 'South', 'North', 'North', 'East']);
  });

  it('stacks upwards from 0 and downwards from 0', () => {
    const color = { field: 'kind', type: 'nominal' };
    expect(ends({ x: X, y: { ...Y, stack: 'zero' }, color })).toEqual([
      [
        ['South', 0, 3],
        ['North', 0, -2],
        ['South', 3, 4],
        ['North', 0, 4],
      ],
    ]);
  });

  it('shows shares of each place, and nothing of a place without any', () => {
    const color = { field: 'kind', type: 'nominal' };
    const rows = [...ROWS.slice(0, 2), { region: 'West', kind: 'a', amount: 0, year: '2026-01-01' }];
    const plot = plotOf(spec({ x: X, y: { ...Y, stack: 'normalize' }, color }), rows)!;
    expect(plot).toMatchObject({ shares: true, extent: [0, 1] });
    expect(plot.facets[0]!.marks.map(({ to }) => to)).toEqual([0.75, 0, 1]);
  });

  it('makes small charts of a column, with one extent for all', () => {
    const plot = plotOf(spec({ x: X, y: Y, column: { field: 'year', type: 'ordinal' } }), ROWS)!;
    expect(plot.facets.map(({ title, marks }) => [title, marks.length])).toEqual([
      ['2026-01-01', 2],
      ['2025-01-01', 2],
    ]);
    expect(plot.extent).toEqual([-2, 4]);
  });

  it.each([
    ['without axes', { theta: Y, color: X }],
    ['without figures', { x: X, y: { ...X, field: 'kind' } }],
  ])('is nothing for a chart %s', (_name, encoding) => expect(plotOf(spec(encoding), ROWS)).toBeUndefined());
});
