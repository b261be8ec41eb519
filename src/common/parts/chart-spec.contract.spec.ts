import fc from 'fast-check';
import { ChartSpec } from './chart-spec.contract.js';

const ID = '019aa5c0-7d3e-7c1a-9f43-2b6d1f0e8a11';
const sound = {
  mark: 'bar',
  encoding: {
    x: { field: 'region', type: 'nominal', sort: '-y', title: 'Region' },
    y: { field: 'amount', type: 'quantitative', aggregate: 'sum', stack: 'normalize', format: ',.0f' },
    color: { field: 'day', timeUnit: 'yearmonth' },
  },
  data: { name: ID },
};
const withX = (more: object): object => ({
  ...sound,
  encoding: { ...sound.encoding, x: { field: 'a', ...more } },
});

describe('A54 the spec of a chart', () => {
  it('takes the subset, and rebuilds it', () => {
    const parsed = ChartSpec.parse(sound);
    expect(parsed).toEqual(sound);
    expect(parsed).not.toBe(sound);
    expect(parsed.encoding.x).not.toBe(sound.encoding.x);
  });

  it.each<[string, unknown]>([
    ['an address', { ...sound, data: { url: 'https://evil.example/x.json' } }],
    ['an address beside the name', { ...sound, data: { name: ID, url: 'javascript:alert(1)' } }],
    ['rows of its own', { ...sound, data: { name: ID, values: [{ a: 1 }] } }],
    ['datasets', { ...sound, datasets: { [ID]: [{ a: 1 }] } }],
    ['a name that is no id', { ...sound, data: { name: '../etc' } }],
    ['transforms', { ...sound, transform: [{ calculate: '1', as: 'x' }] }],
    ['params', { ...sound, params: [{ name: 'p', expr: '1' }] }],
    ['a config', { ...sound, config: {} }],
    ['a schema', { ...sound, $schema: 'https://vega.github.io/schema/vega-lite/v5.json' }],
    ['a mark with options', { ...sound, mark: { type: 'bar', href: 'javascript:alert(1)' } }],
    ['an image for a mark', { ...sound, mark: 'image' }],
    ['other channels', { ...sound, encoding: { ...sound.encoding, href: { field: 'a' } } }],
    ['a fixed value', withX({ value: 7 })],
    ['a datum', withX({ datum: { expr: '1' } })],
    ['a condition', withX({ condition: { test: 'true', value: 1 } })],
    ['an axis with an expression', withX({ axis: { labelExpr: 'alert(1)' } })],
    ['bins', withX({ bin: true })],
    ['another aggregate', withX({ aggregate: 'argmax' })],
    ['an aggregate as an object', withX({ aggregate: { argmax: 'b' } })],
    ['another unit', withX({ timeUnit: 'milliseconds' })],
    ['local time', withX({ timeUnit: { unit: 'year', utc: false } })],
    ['a sort by a list', withX({ sort: ['a', 'b'] })],
    ['a sort by another field', withX({ sort: { field: 'b', op: 'sum' } })],
    ['another format', withX({ format: '%Q' })],
    ['a path', withX({ field: 'a.b' })],
    ['an index', withX({ field: 'a[0]' })],
    ['__proto__', withX({ field: '__proto__' })],
    ['constructor', withX({ field: 'constructor' })],
    ['a repeater', withX({ field: { repeat: 'row' } })],
    ['NaN', withX({ field: Number.NaN })],
    ['a function', withX({ field: () => 'a' })],
    ['a title of lines', withX({ title: ['a', 'b'] })],
    ['a long title', withX({ title: 'x'.repeat(201) })],
    ['NUL', withX({ title: 'a\u0000' })],
    ['a giant array', { ...sound, encoding: Array.from({ length: 100_000 }, () => ({})) }],
    ['no data', { mark: 'bar', encoding: {} }],
  ])('refuses %s', (_name, spec) => expect(ChartSpec.safeParse(spec).success).toBe(false));

  it('refuses whatever is not of the subset, at any place', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.anything(), fc.nat(3), (key, value, place) => {
        const spec = structuredClone(sound) as Record<string, any>;
        const target = [spec, spec['encoding'], spec['encoding'].x, spec['data']][place];
        fc.pre(!['mark', 'encoding', 'data', 'x', 'y', 'color', 'theta', 'column', 'name'].includes(key));
        fc.pre(!['field', 'type', 'aggregate', 'timeUnit', 'sort', 'stack', 'title', 'format'].includes(key));
        Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
        const result = ChartSpec.safeParse(spec);
        const kept = result.success && JSON.stringify(result.data) === JSON.stringify(sound);
        expect(!result.success || (key === '__proto__' && kept)).toBe(true);
        expect(
          ({} as Record<string, unknown>)[key] === value && value !== undefined && !(key in Object.prototype),
        ).toBe(false);
      }),
    );
  });
});
