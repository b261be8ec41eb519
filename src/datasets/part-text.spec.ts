import fc from 'fast-check';
import { lexer, type Token, type Tokens } from 'marked';
import type { ChartPart, MetricPart, TablePart } from '../common/parts/answer-part.contract.js';
import { partText } from './part-text.js';

const ID = '019aa5c0-7d3e-7c1a-9f43-2b6d1f0e8a11';
const sourced = { dataset_id: ID, source: 'usage ledger', as_of: '2026-11-22T15:04:05.000Z' };
const table = (rows: TablePart['rows'], more: Partial<TablePart> = {}): TablePart => ({
  ...{ type: 'table', ...sourced, rows, total: rows.length },
  columns: [
    { key: 'name', label: 'Name', type: 'text' },
    { key: 'amount', label: 'Amount', type: 'number', unit: 'EUR', format: ',.2f', align: 'right' },
    { key: 'at', label: 'When', type: 'datetime' },
  ],
  ...more,
});

/** Every token of a document, those inside of others too. */
function tokens(list: readonly Token[]): Token[] {
  return list.flatMap((token) => {
    const { header = [], rows = [] } = token as Partial<Tokens.Table>;
    const cells = [...header, ...rows.flat()].flatMap((cell) => cell.tokens);
    return [token, ...tokens([...cells, ...(('tokens' in token && token.tokens) || [])])];
  });
}

const unescaped = (cell: Tokens.TableCell): string =>
  cell.tokens.map((token) => (token as Tokens.Text | Tokens.Escape).text).join('');

describe('parts in text', () => {
  it('tables are tables, with their source', () => {
    const rows = [
      { name: 'Nord|Süd', amount: 1234.5, at: '2026-11-01T10:00:00.000Z' },
      { name: null, amount: -3, at: null },
    ];
    expect(partText(table(rows, { total: 7 }))).toBe(
      [
        '| Name | Amount (EUR) | When |',
        '| --- | ---: | --- |',
        '| Nord\\|Süd | 1,234.50 | 2026-11-01 10:00 |',
        '| – | -3.00 | – |',
        '',
        '2 of 7 rows.',
        '',
        'Source: usage ledger, 2026-11-22 15:04 UTC.',
      ].join('\n'),
    );
  });

  it('long tables are cut, and say so', () => {
    const rows = Array.from({ length: 50 }, (_, amount) => ({ name: 'x', amount, at: null }));
    const text = partText(table(rows, { total: 900 }));
    expect(text.match(/^\| x/gm)).toHaveLength(20);
    expect(text).toContain('20 of 900 rows.');
  });

  it('charts are their summary and the table of what is drawn', () => {
    const chart: ChartPart = {
      ...{ type: 'chart', ...sourced, title: 'Sales *now*', summary: 'Bar chart of sales.' },
      spec: {
        mark: 'bar',
        encoding: {
          x: { field: 'yearmonth_day', type: 'temporal', title: 'Month', format: '%b %Y' },
          y: { field: 'sum_amount', type: 'quantitative', title: 'Sum of Amount (EUR)' },
          color: { field: 'yearmonth_day', type: 'temporal', title: 'Month' },
        },
        data: { name: ID },
      },
      rows: [{ yearmonth_day: '2026-11-01', sum_amount: 12 }],
    };
    expect(partText(chart)).toBe(
      [
        '**Sales \\*now\\***',
        '',
        'Bar chart of sales.',
        '',
        '| Month | Sum of Amount (EUR) |',
        '| --- | ---: |',
        '| Nov 2026 | 12 |',
        '',
        'Source: usage ledger, 2026-11-22 15:04 UTC.',
      ].join('\n'),
    );
    expect(partText({ ...chart, rows: [] })).toContain('No rows.');
  });

  it('metrics are one line', () => {
    const metric: MetricPart = {
      type: 'metric',
      ...sourced,
      label: 'Revenue',
      value: 1234.5,
      unit: 'EUR',
      change: -5,
    };
    expect(partText(metric)).toBe(
      '**Revenue:** 1,234.5 EUR (-5)\n\nSource: usage ledger, 2026-11-22 15:04 UTC.',
    );
    const { change: _, unit: __, ...bare } = metric;
    expect(partText(bare)).toMatch(/^\*\*Revenue:\*\* 1,234.5\n/);
  });

  it.each([
    '[a](javascript:alert(1))',
    '![x](https://evil.example/a.png)',
    '<img src=x onerror=alert(1)>',
    'https://evil.example',
    'www.evil.example',
    'a@evil.example',
    '<https://evil.example>',
    '`code` **bold** _it_ ~~s~~',
    '&lt;script&gt;',
    'a | b',
    '\\| \\',
    '# head',
    '- item',
    'a\n\n| b |\n| --- |',
  ])('A37, A51 %p stays text', (text) => {
    const part = table([{ name: text, amount: 1, at: null }], { source: text });
    const found = tokens(lexer(partText(part))).map(({ type }) => type);
    expect(found.filter((type) => !['table', 'space', 'paragraph', 'text', 'escape'].includes(type))).toEqual(
      [],
    );
  });

  it('whatever the data says, it is text and it is that text', () => {
    const evil = fc.array(
      fc.oneof(
        fc.string({ unit: 'grapheme' }),
        fc.constantFrom(
          '[',
          '](',
          ')',
          '![',
          '<',
          '>',
          '|',
          '\\',
          '`',
          '*',
          '_',
          '~~',
          '&amp;',
          'https://x.y',
          'www.',
          '@',
          '\n',
          '<b>',
          '<!--',
        ),
      ),
    );
    fc.assert(
      fc.property(evil, (pieces) => {
        const name = pieces.join('');
        const found = tokens(lexer(partText(table([{ name, amount: 1, at: null }]))));
        const grid = found.find((token) => token.type === 'table') as Tokens.Table;
        expect(grid.rows).toHaveLength(1);
        expect(grid.rows[0]).toHaveLength(3);
        expect(unescaped(grid.rows[0]![0]!)).toBe(name.replace(/\s+/g, ' ').trim());
      }),
      { numRuns: 500 },
    );
  });
});
