import fc from 'fast-check';
import type { Cell, DataColumn } from '../common/parts/data-column.contract.js';
import { toCsv } from './csv.js';

const columns: DataColumn[] = [
  { key: 'name', label: 'Name', type: 'text' },
  { key: 'amount', label: 'Amount', type: 'number', unit: 'EUR' },
];

async function written(rows: Cell[][], heads = columns): Promise<string> {
  let text = '';
  for await (const piece of toCsv(heads, rows)) text += piece;
  return text;
}

/** RFC 4180, read by its grammar alone. */
function read(text: string): string[][] {
  const records: string[][] = [[]];
  const field = /"((?:[^"]|"")*)"(,|\r\n)|([^",\r\n]*)(,|\r\n)/gy;
  while (field.lastIndex < text.length) {
    const match = field.exec(text);
    if (!match) throw new Error('not a CSV');
    const [, quoted, , plain] = match;
    records.at(-1)?.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
    if (match[0].endsWith('\r\n')) records.push([]);
  }
  return records.slice(0, -1);
}

describe('a dataset as CSV', () => {
  it('has labels with units first, CRLF, and quotes where they are needed', async () => {
    const text = await written([
      ['a,b', 1.5],
      ['say "x"', null],
      ['two\nlines', -2],
      [' spaced ', 1e21],
    ]);
    expect(text).toBe(
      'Name,Amount (EUR)\r\n"a,b",1.5\r\n"say ""x""",\r\n"two\nlines",-2\r\n" spaced ",1e+21\r\n',
    );
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', ' =1', '＝1', '＋1', '－1', '＠x'])(
    'A49 makes %p a text that no spreadsheet runs',
    async (formula) => {
      const [, row] = read(await written([[formula, 1]]));
      expect(row).toEqual([`'${formula}`, '1']);
      const [head] = read(await written([], [{ ...columns[0]!, label: formula }]));
      expect(head).toEqual([`'${formula}`]);
    },
  );

  it('leaves numbers, days and truths as they are', async () => {
    const [, row] = read(await written([[true, -12.5]]));
    expect(row).toEqual(['true', '-12.5']);
  });

  it('reads back as it was, but for the quote before formulas', async () => {
    const cell = fc.oneof(
      fc.string(),
      fc.constantFrom('"', ',', '\r\n', '""', '=', "'"),
      fc.double({ noNaN: true }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell), { maxLength: 300 }), async (rows) => {
        const [, ...back] = read(await written(rows));
        const plain = (text: string, cell: Cell): string =>
          typeof cell === 'string' && text === `'${cell}` ? cell : text;
        expect(back.map((row, at) => row.map((text, index) => plain(text, rows[at]![index]!)))).toEqual(
          rows.map((row) => row.map(String)),
        );
        const risky = back
          .flat()
          .filter((text, at) => typeof rows.flat()[at] === 'string' && /^\s*[=+\-@]/.test(text));
        expect(risky).toEqual([]);
      }),
    );
  });
});
