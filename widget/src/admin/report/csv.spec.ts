import { csvOf } from './csv.js';

it('writes rows as a file that runs nothing in a spreadsheet', () => {
  const columns = [
    { key: 'name', label: 'Name', type: 'text' },
    { key: 'count', label: 'Count, in all', type: 'number' },
  ] as const;
  const rows = [
    { name: 'a "b"', count: -2 },
    { name: '=1+1', count: null },
    { name: '＝cmd()', count: 0 },
  ];
  expect(csvOf(columns, rows)).toBe(`Name,"Count, in all"\r\n"a ""b""",-2\r\n'=1+1,\r\n'＝cmd(),0\r\n`);
});
