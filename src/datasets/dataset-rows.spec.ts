import fc from 'fast-check';
import type { ColumnType, DataColumn } from '../common/parts/data-column.contract.js';
import type { NewDataset } from './dataset.js';
import { checkDataset } from './dataset-rows.js';

const column = (key: string, type: ColumnType, more = {}): DataColumn => ({ key, label: key, type, ...more });
const dataset = (columns: DataColumn[], rows: unknown[], more: Partial<NewDataset> = {}): NewDataset => ({
  ...{ columns, rows: rows as NewDataset['rows'], source: 'a test', asOf: new Date('2026-11-01T10:00:00Z') },
  ...{ sessionId: 's', runId: null, ...more },
});
const one = (type: ColumnType, value: unknown): unknown =>
  JSON.parse(checkDataset(dataset([column('a', type)], [{ a: value }])).rows)[0][0];

describe('rows that are kept', () => {
  it.each<[ColumnType, unknown, unknown]>([
    ['text', 'x\u0000y\ud800', 'xy\ufffd'],
    ['text', '', ''],
    ['number', -0, 0],
    ['number', 1e308, 1e308],
    ['integer', 9007199254740991, 9007199254740991],
    ['boolean', false, false],
    ['date', '2024-02-29', '2024-02-29'],
    ['datetime', '2026-11-01T10:00:00+05:30', '2026-11-01T04:30:00.000Z'],
    ['datetime', '2026-11-01 10:00Z', '2026-11-01T10:00:00.000Z'],
    ['datetime', new Date('2026-11-01T10:00:00.5Z'), '2026-11-01T10:00:00.500Z'],
    ['integer', null, null],
    ['date', undefined, null],
  ])('a %s may be %p', (type, value, kept) => expect(one(type, value)).toEqual(kept));

  it.each<[ColumnType, unknown]>([
    ['text', 7],
    ['text', 'x'.repeat(2001)],
    ['text', {}],
    ['number', '7'],
    ['number', Number.NaN],
    ['number', Number.POSITIVE_INFINITY],
    ['number', 7n],
    ['integer', 1.5],
    ['integer', 2 ** 53],
    ['boolean', 1],
    ['date', '2023-02-29'],
    ['date', '2023-2-9'],
    ['date', new Date()],
    ['datetime', '2026-11-01'],
    ['datetime', '2026-11-01T10:00:00'],
    ['datetime', '2026-02-30T10:00:00Z'],
    ['datetime', '2026-11-01T25:00:00Z'],
    ['datetime', new Date(Number.NaN)],
    ['datetime', new Date(8.64e15)],
  ])('a %s may not be %p', (type, value) => {
    expect(() => one(type, value)).toThrow(/DATASET_INVALID.*row 1, column a: must be/);
  });

  it('have the order of the columns, whatever that of their keys', () => {
    const columns = [column('b', 'integer'), column('a', 'text')];
    const checked = checkDataset(dataset(columns, [{ a: 'x', b: 1 }, { b: 2 }]));
    expect(checked).toMatchObject({ rows: '[[1,"x"],[2,null]]', total: 2, columns });
  });

  it('may be the first of many', () => {
    const checked = checkDataset(dataset([column('a', 'integer')], [{ a: 1 }], { total: 500 }));
    expect(checked.total).toBe(500);
  });
});

describe('rows that are refused', () => {
  it.each<[string, unknown, RegExp]>([
    ['a value that is no column', { a: 1, b: 2 }, /"b", which is no column/],
    ['__proto__', JSON.parse('{"a":1,"__proto__":{"x":1}}'), /"__proto__", which is no column/],
    ['an array', [1], /row 1 is no object/],
    ['null', null, /row 1 is no object/],
  ])('%s', (_name, row, message) => {
    expect(() => checkDataset(dataset([column('a', 'integer')], [row]))).toThrow(message);
  });

  it('take nothing from a prototype', () => {
    const row = Object.create({ a: 7 }) as Record<string, unknown>;
    expect(checkDataset(dataset([column('a', 'integer')], [row])).rows).toBe('[[null]]');
  });

  it.each([
    '__proto__',
    'constructor',
    'toString',
    'prototype',
    'a.b',
    'a[0]',
    '1a',
    '',
    'ä',
    'x'.repeat(65),
  ])('the column key %p', (key) => {
    expect(() => checkDataset(dataset([column(key, 'integer')], []))).toThrow(
      /DATASET_INVALID.*columns\.0\.key/,
    );
  });

  it.each<[string, NewDataset, RegExp]>([
    ['no columns', dataset([], []), /columns/],
    ['two columns of one key', dataset([column('a', 'text'), column('a', 'text')], []), /same key/],
    ['a format for another type', dataset([column('a', 'text', { format: ',.2f' })], []), /format/],
    ['a format of its own', dataset([column('a', 'number', { format: '%s' as never })], []), /format/],
    ['a label of two lines', dataset([{ ...column('a', 'text'), label: 'a\nb' }], []), /label/],
    ['an unknown field', dataset([column('a', 'text', { url: 'http://x' })], []), /url/],
    ['no source', dataset([column('a', 'text')], [], { source: ' ' }), /source/],
    ['an invalid time', dataset([column('a', 'text')], [], { asOf: new Date(Number.NaN) }), /asOf/],
    ['a total below its rows', dataset([column('a', 'integer')], [{ a: 1 }], { total: 0 }), /total/],
  ])('%s', (_name, input, message) => {
    expect(() => checkDataset(input)).toThrow(message);
    expect(() => checkDataset(input)).toThrow(/DATASET_INVALID/);
  });

  const many = (count: number) => Array.from({ length: count }, (_, index) => index);
  it.each<[string, NewDataset, RegExp]>([
    [
      'rows',
      dataset(
        [column('a', 'integer')],
        many(10_001).map((a) => ({ a })),
      ),
      /10001 rows; at most 10000 rows/,
    ],
    [
      'columns',
      dataset(
        many(65).map((index) => column(`c${index}`, 'text')),
        [],
      ),
      /65 columns; at most 64/,
    ],
    [
      'bytes',
      dataset(
        [column('a', 'text')],
        many(2000).map(() => ({ a: 'x'.repeat(1200) })),
      ),
      /bytes; at most 2097152/,
    ],
    [
      'digits',
      dataset(
        many(2).map((index) => column(`c${index}`, 'number')),
        many(9000).map(() => ({ c0: 1e-300, c1: 1e300 })),
      ),
      /bytes; at most 2097152/,
    ],
  ])('too many %s', (_name, input, message) => {
    expect(() => checkDataset(input)).toThrow(message);
    expect(() => checkDataset(input)).toThrow(/DATASET_TOO_LARGE/);
  });

  it('whatever comes, by an error of their own', () => {
    fc.assert(
      fc.property(fc.array(fc.anything()), fc.anything(), (rows, label) => {
        const input = dataset([{ ...column('a', 'number'), label: label as string }], rows);
        try {
          expect(JSON.parse(checkDataset(input).rows)).toHaveLength(rows.length);
        } catch (error) {
          expect(error).toMatchObject({ code: 'DATASET_INVALID' });
        }
      }),
    );
  });
});
