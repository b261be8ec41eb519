import type { ChartSpec } from '../client/wire.js';
import { slicesOf } from './pie-chart.js';

const spec = {
  mark: 'arc',
  encoding: {
    theta: { field: 'count', type: 'quantitative', format: ',.0f' },
    color: { field: 'region', type: 'nominal' },
  },
} as unknown as ChartSpec;

describe('the slices of a pie', () => {
  it('make up the whole, in the order of the rows', () => {
    const rows = [
      { region: 'South', count: 3 },
      { region: null, count: 1 },
    ];
    expect(slicesOf(spec, rows, 'en')).toEqual([
      { name: 'South', figure: '3', from: 0, to: 0.75 },
      { name: '–', figure: '1', from: 0.75, to: 1 },
    ]);
  });

  it('are none where there is nothing to share', () => {
    expect(slicesOf(spec, [{ region: 'South', count: 0 }], 'en')).toMatchObject([{ from: 0, to: 0 }]);
    expect(slicesOf({ ...spec, encoding: {} }, [], 'en')).toBeUndefined();
  });
});
