import type { Cell } from '../common/parts/data-column.contract.js';
import { NUMBER_FORMATS, TIME_FORMATS, type ValueFormat } from '../common/parts/value-format.contract.js';
import { formatChange, formatValue } from './format-value.js';

describe('values as text', () => {
  it.each<[Cell, ValueFormat | undefined, string | undefined, string]>([
    [1234567.891, undefined, undefined, '1,234,567.891'],
    [0.1234567, undefined, undefined, '0.123457'],
    [1e-9, undefined, undefined, '1e-9'],
    [1e21, undefined, undefined, '1e+21'],
    [0, undefined, 'ms', '0 ms'],
    [1234.5, ',.0f', undefined, '1,235'],
    [1234.5, ',.2f', 'EUR', '1,234.50 EUR'],
    [0.145, '.0%', undefined, '15%'],
    [0.1234, '.1%', undefined, '12.3%'],
    [999, '~s', undefined, '999'],
    [1000, '~s', undefined, '1k'],
    [999_999, '~s', undefined, '1M'],
    [-1_234_567, '~s', 'B', '-1.23M B'],
    [0, '~s', undefined, '0'],
    [0.5, '~s', undefined, '0.5'],
    [1e300, '~s', undefined, '1e+300'],
    [1e20, '~s', undefined, '100,000P'],
    ['2026-03-05', '%b %Y', undefined, 'Mar 2026'],
    ['2026-03-05', '%H:%M', undefined, '00:00'],
    ['2026-03-05T09:08:07.000Z', '%Y-%m-%d %H:%M', undefined, '2026-03-05 09:08'],
    ['2026-03-05T09:08:07.000Z', '%b %d', undefined, 'Mar 05'],
    ['100%', undefined, undefined, '100%'],
    [true, undefined, undefined, 'yes'],
    [false, undefined, undefined, 'no'],
    [null, ',.2f', 'EUR', '–'],
  ])('%p as %p of %p is %p', (value, format, unit, text) => {
    expect(formatValue(value, format, unit)).toBe(text);
  });

  it('know every format of the contract', () => {
    for (const format of NUMBER_FORMATS) expect(formatValue(12.5, format)).toMatch(/^\d[\d.,]*[%k]?$/);
    for (const format of TIME_FORMATS) expect(formatValue('2026-03-05', format)).not.toContain('%');
  });

  it('have a sign where they are differences', () => {
    expect([formatChange(5), formatChange(-5, undefined, 'EUR'), formatChange(0)]).toEqual([
      '+5',
      '-5 EUR',
      '0',
    ]);
  });
});
