import { cellText, metricText, numberText, tickText } from './format.js';

const text = (value: Parameters<typeof cellText>[0], type: string, format?: string, locale = 'en-US') =>
  cellText(value, { type, format } as Parameters<typeof cellText>[1], locale);

describe('values as text', () => {
  it.each([
    [1234.5, 'number', ',.2f', '1,234.50'],
    [1234.5, 'number', undefined, '1,234.5'],
    [0.1234, 'number', '.1%', '12.3%'],
    [1_234_567, 'integer', '~s', '1.23M'],
    [0, 'integer', ',.0f', '0'],
    ['2026-03-05', 'date', undefined, 'Mar 5, 2026'],
    ['2026-03-05', 'date', '%b %Y', 'Mar 2026'],
    ['2026-03-05', 'date', '%Y', '2026'],
    ['2026-03-05T23:59:00.000Z', 'datetime', '%H:%M', '23:59'],
    ['2026-03-05T23:59:00.000Z', 'datetime', '%Y-%m-%d %H:%M', '2026-03-05 23:59'],
    ['2026-03-05T23:59:00.000Z', 'datetime', '%b %d', 'Mar 5'],
    ['2026-03-05', 'text', undefined, '2026-03-05'],
    ['no time', 'date', undefined, 'no time'],
    [true, 'boolean', undefined, 'yes'],
    [false, 'boolean', undefined, 'no'],
    [null, 'number', ',.2f', '–'],
    [undefined, 'text', undefined, '–'],
  ])('writes %p (%s, %s) as %s', (value, type, format, expected) =>
    expect(text(value, type, format)).toBe(expected),
  );

  it('writes in the language of the reader', () => {
    expect(text(1234.5, 'number', ',.2f', 'de')).toBe('1.234,50');
    expect(text('2026-03-05', 'date', '%b %Y', 'de')).toBe('März 2026');
    expect(numberText(0.5, '.0%', 'de')).toMatch(/^50\s%$/);
  });

  it.each([
    [0, undefined, '0'],
    [2500, undefined, '2,500'],
    [25_000, undefined, '25K'],
    [2.5, ',.0f', '2.5'],
    [0.25, '.0%', '25%'],
    [1500, '~s', '1.5K'],
  ] as const)('keeps ticks short: %p as %s is %s', (value, format, expected) =>
    expect(tickText(value, format, 'en-US')).toBe(expected),
  );

  it.each([
    [1234.567, '1,234.57'],
    [0.001234, '0.00123'],
    [-3, '-3'],
    [0, '0'],
  ])('writes the metric %p as %s', (value, expected) => expect(metricText(value, 'en-US')).toBe(expected));
});
