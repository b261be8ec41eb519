import fc from 'fast-check';
import { bandScale, numberScale, roundTicks, timeScale } from './scale.js';

describe('scales', () => {
  it.each([
    [0, 10, 4, [0, 5, 10]],
    [0, 7.2, 4, [0, 2, 4, 6, 8]],
    [-3, 9, 4, [-5, 0, 5, 10]],
    [0, 0.3, 3, [0, 0.1, 0.2, 0.3]],
    [0, 0, 4, [0, 0.5]],
  ] as const)('go in round steps from %p to %p', (low, high, steps, expected) =>
    expect(roundTicks(low, high, steps)).toEqual(expected),
  );

  it('have no halves of what is counted', () => {
    expect([roundTicks(0, 2, 4, 1), roundTicks(0, 0, 4, 1), roundTicks(0, 70, 4, 1)]).toEqual([
      [0, 1, 2],
      [0, 1],
      [0, 20, 40, 60, 80],
    ]);
  });

  it('always reach around their figures, in few steps', () => {
    const figure = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(figure, figure, (one, other) => {
        const [low, high] = [Math.min(one, other, 0), Math.max(one, other, 0)];
        const ticks = roundTicks(low, high, 4);
        const slack = (high - low) * 1e-6;
        expect(ticks[0]).toBeLessThanOrEqual(low + slack);
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(high - slack);
        expect(ticks.length).toBeLessThanOrEqual(8);
        expect(new Set(ticks).size).toBeGreaterThanOrEqual(2);
      }),
    );
  });

  it('place figures in proportion', () => {
    const scale = numberScale([0, 10], [100, 0], 4);
    expect([0, 5, 10].map((value) => scale.place(value))).toEqual([100, 50, 0]);
  });

  it('place names side by side, in their order, and label as many as there is room for', () => {
    const scale = bandScale(['b', 'a', 'd', 'c'], [0, 400], 2);
    expect(['b', 'a', 'c'].map((value) => scale.place(value))).toEqual([50, 150, 350]);
    expect(scale.ticks.map(({ value }) => value)).toEqual(['b', 'd']);
  });

  it('place moments by their distance, also when the newest comes first', () => {
    const days = ['2026-01-01', '2026-01-02', '2026-01-04'];
    const scale = timeScale(days, [0, 400], 9);
    expect(days.map((day) => scale.place(day))).toEqual([50, 150, 350]);
    const turned = timeScale([...days].reverse(), [0, 400], 9);
    expect(days.map((day) => turned.place(day))).toEqual([350, 250, 50]);
  });

  it('place what is no moment as a name', () =>
    expect(timeScale(['x', 'y'], [0, 100], 9).place('y')).toBe(75));
});
