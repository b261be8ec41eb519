import { MemoryDatasets } from '../../../test/support/memory-datasets.js';
import { AnswerPart } from '../../common/parts/answer-part.contract.js';
import { readTables } from '../../crewai/answer/crew-table.js';
import type { CrewTable } from '../../crewai/crew.contract.js';
import { Figures } from '../../datasets/figures.service.js';
import { CrewFigures } from './crew-figures.service.js';

const turn = {
  principal: { tenantId: 't', userId: 'u', role: 'user' as const, email: null },
  sessionId: 's',
  runId: 'r',
};

/** As a crew of this name sends it. */
function sent(kind: CrewTable['kind'], value: object): CrewTable {
  const [table] = readTables(kind, [value], 'lead_analyzer');
  if (!table) throw new Error('It is no table');
  return table;
}

const LEADS = {
  title: 'Leads',
  columns: [{ key: 'Lead name' }, { key: 'score', label: 'Score', unit: '%' }, { key: 'met', type: 'date' }],
  rows: [
    ['Ada | <b>', 91, '2026-11-02'],
    ['=cmd()', 42.5, null],
  ],
};
const BARS = { mark: { type: 'bar' }, encoding: { x: { field: 'Lead name' }, y: { field: 'score' } } };

describe('the figures of a crew', () => {
  let figures: Figures;
  let datasets: MemoryDatasets;
  beforeEach(() => {
    datasets = new MemoryDatasets();
    figures = new Figures(datasets);
  });
  const show = (table: CrewTable) => new CrewFigures(figures).show(turn, table);

  it('are kept as a dataset, and shown as a table that names the crew', async () => {
    const { part, remark } = await show(sent('table', LEADS));
    expect(part && figures.vouchesFor(part)).toBe(true);
    expect(AnswerPart.parse(part)).toEqual(part);
    expect(remark).toBeUndefined();
    expect(part).toMatchObject({
      type: 'table',
      source: 'Leads (crew lead_analyzer)',
      total: 2,
      columns: [
        { key: 'Lead_name', label: 'Lead name', type: 'text' },
        { key: 'score', label: 'Score', type: 'number', unit: '%' },
        { key: 'met', type: 'date' },
      ],
      rows: [
        { Lead_name: 'Ada | <b>', score: 91, met: '2026-11-02' },
        { Lead_name: '=cmd()', score: 42.5, met: null },
      ],
    });
  });

  it('are drawn as the crew proposes, computed from the rows', async () => {
    const spec = { ...BARS, $schema: 'https://vega.example', data: { values: [{ score: 1e9 }] } };
    const { part } = await show(sent('chart', { ...LEADS, spec }));
    expect(part).toMatchObject({
      type: 'chart',
      title: 'Leads',
      source: 'crew lead_analyzer',
      spec: { mark: 'bar', encoding: { x: { field: 'Lead_name' }, y: { field: 'score' } } },
      rows: [
        { Lead_name: 'Ada | <b>', score: 91 },
        { Lead_name: '=cmd()', score: 42.5 },
      ],
    });
    expect(JSON.stringify(part)).not.toContain('vega.example');
  });

  it.each([
    ['an unknown column', { ...BARS, encoding: { x: { field: 'town' }, y: { field: 'score' } } }],
    ['rows of its own within a channel', { ...BARS, encoding: { x: { field: 'score', datum: 1 } } }],
    ['a mark that is none', { ...BARS, mark: 'image' }],
    ['no encoding', { mark: 'bar' }],
    ['a prototype', { mark: 'bar', encoding: JSON.parse('{"__proto__":{"field":"score"}}') }],
  ])('are a table where the chart has %s', async (_what, spec) => {
    const { part, remark } = await show(sent('chart', { ...LEADS, spec }));
    expect(part).toMatchObject({ type: 'table', total: 2 });
    expect(remark).toBe('A chart of the crew cannot be drawn and is shown as a table: Leads.');
  });

  it('are a table where the title of a chart says more than the rows', async () => {
    const { part } = await show(sent('chart', { ...LEADS, title: 'Leads up by 300 %', spec: BARS }));
    expect(part?.type).toBe('table');
  });

  it('are text where days are no days, or where kinds are mixed', async () => {
    const { part } = await show(
      sent('table', {
        columns: [{ key: 'day', type: 'date' }, { key: 'at', type: 'datetime' }, 'mixed'],
        rows: [
          ['2026-02-30', 'yesterday', 1],
          ['2026-02-01', '2026-02-01T10:00:00Z', 'many'],
        ],
      }),
    );
    expect(part).toMatchObject({
      source: 'crew lead_analyzer',
      columns: [{ type: 'text' }, { type: 'text' }, { type: 'text' }],
      rows: [{ day: '2026-02-30', at: 'yesterday', mixed: '1' }, { mixed: 'many' }],
    });
  });

  it('have names that datasets take, each once', async () => {
    const names = ['a b', 'a-b', '売上', 'column_3', 'constructor', '1st', 'toString'];
    const { part } = await show(sent('table', { columns: names, rows: [[1, 2, 3, 4, 5, 6, 7]] }));
    expect(part).toMatchObject({ type: 'table', total: 1 });
    const columns = part?.type === 'table' ? part.columns : [];
    expect(columns.map(({ label }) => label)).toEqual(names.filter((name) => name !== 'constructor'));
    expect(new Set(columns.map(({ key }) => key)).size).toBe(columns.length);
    const row: Record<string, unknown> = part?.type === 'table' ? (part.rows[0] ?? {}) : {};
    expect(columns.map(({ key }) => row[key])).toEqual([1, 2, 3, 4, 6, 7]);
  });

  it('say how many there were where there were too many', async () => {
    const rows = Array.from({ length: 2500 }, (_, index) => [index]);
    const { part } = await show(sent('table', { columns: ['n'], rows }));
    expect(part).toMatchObject({ type: 'table', total: 2500 });
  });

  it('are left out with a sentence where they cannot be kept', async () => {
    const rows = Array.from({ length: 1500 }, () => ['x'.repeat(2000)]);
    const { part, remark } = await show(sent('table', { title: 'Long', columns: ['text'], rows }));
    expect(part).toBeUndefined();
    expect(remark).toBe('Rows of the crew could not be kept and are left out: Long.');
  });

  it('fail the answer where the database does', async () => {
    datasets.store = () => Promise.reject(new Error('down'));
    await expect(show(sent('table', LEADS))).rejects.toThrow('down');
  });
});
