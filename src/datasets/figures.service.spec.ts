import { COLUMNS, DATASET_ID, sampleDataset } from '../../test/support/datasets.js';
import type { Principal } from '../auth/principal.js';
import type { DataPart } from '../common/parts/answer-part.contract.js';
import type { Dataset, NewDataset } from './dataset.js';
import { Datasets } from './datasets.ports.js';
import { Figures } from './figures.service.js';
import type { ShowToolName } from './tools/show-tools.js';

const principal: Principal = { tenantId: 't', userId: 'u', role: 'user', email: null };
const turn = { principal, sessionId: 's', runId: 'r' };

class FakeDatasets extends Datasets {
  readonly stored: NewDataset[] = [];
  store(_: Principal, dataset: NewDataset): Promise<string> {
    this.stored.push(dataset);
    return Promise.resolve(DATASET_ID);
  }
  find(_: Principal, sessionId: string, id: string): Promise<Dataset | null> {
    return Promise.resolve(sessionId === 's' && id === DATASET_ID ? sampleDataset() : null);
  }
}

const SPEC = { mark: 'bar', encoding: { x: { field: 'region' }, y: { field: 'amount', aggregate: 'sum' } } };
const CHART = { dataset_id: DATASET_ID, title: 'Sales', spec: SPEC };
const METRIC = { dataset_id: DATASET_ID, field: 'amount', aggregate: 'sum' };

describe('Figures', () => {
  const datasets = new FakeDatasets();
  const figures = new Figures(datasets);

  it('keep rows for the run and the session of the turn', async () => {
    const rows = { columns: COLUMNS, rows: [{ amount: 1 }], source: 'shop', asOf: new Date(0) };
    expect(await figures.store(turn, rows)).toBe(DATASET_ID);
    expect(datasets.stored).toEqual([{ ...rows, sessionId: 's', runId: 'r' }]);
  });

  it('make parts that they vouch for, and that nobody can change afterwards', async () => {
    const part = (await figures.part(turn, 'show_chart', CHART)) as Extract<DataPart, { type: 'chart' }>;
    expect(figures.vouchesFor(part)).toBe(true);
    expect(() => (part.rows[0]!['sum_amount'] = 1e9)).toThrow(TypeError);
    expect(() => (part.title = 'Nine million')).toThrow(TypeError);
    expect(figures.vouchesFor(structuredClone(part))).toBe(false);
    expect(figures.vouchesFor({ ...part, rows: [{ region: 'South', sum_amount: 1e9 }] })).toBe(false);
  });

  it('vouch for no part that others made, and do not judge parts without figures', () => {
    const base = { dataset_id: DATASET_ID, source: 'shop', as_of: '2026-11-22T00:00:00.000Z' };
    expect(figures.vouchesFor({ type: 'metric', ...base, label: 'Sales', value: 1e9 })).toBe(false);
    expect(figures.vouchesFor({ type: 'table', ...base, columns: [], rows: [], total: 0 })).toBe(false);
    expect(figures.vouchesFor({ type: 'text', text: 'x' })).toBe(true);
    expect(figures.vouchesFor({ type: 'error', code: 'X', detail: 'x' })).toBe(true);
  });

  it('tell a skill at once that its view does not fit', () =>
    expect(figures.part(turn, 'show_metric', { ...METRIC, field: 'town' })).rejects.toMatchObject({
      code: 'DATASET_VIEW_INVALID',
    }));
});

describe('a model that lies about figures', () => {
  const figures = new Figures(new FakeDatasets());
  const lie = 987_654_321;
  const withData = (data: object): object => ({ ...CHART, spec: { ...SPEC, data } });
  const lies: [string, ShowToolName, unknown][] = [
    [
      'rows in the spec',
      'show_chart',
      withData({ name: DATASET_ID, values: [{ region: 'South', amount: lie }] }),
    ],
    ['rows from elsewhere', 'show_chart', withData({ url: `https://evil.example/${lie}.json` })],
    ['rows beside the spec', 'show_chart', { ...CHART, rows: [{ region: 'South', sum_amount: lie }] }],
    ['a summary', 'show_chart', { ...CHART, summary: `It is ${lie}.` }],
    [
      'a transform',
      'show_chart',
      { ...CHART, spec: { ...SPEC, transform: [{ calculate: `${lie}`, as: 'a' }] } },
    ],
    [
      'a constant on an axis',
      'show_chart',
      { ...CHART, spec: { ...SPEC, encoding: { ...SPEC.encoding, y: { datum: lie } } } },
    ],
    ['a figure in the title', 'show_chart', { ...CHART, title: `Sales reached ${lie}` }],
    [
      'a figure on an axis',
      'show_chart',
      {
        ...CHART,
        spec: { ...SPEC, encoding: { ...SPEC.encoding, x: { field: 'region', title: `${lie}` } } },
      },
    ],
    ['a value', 'show_metric', { ...METRIC, value: lie }],
    ['a change', 'show_metric', { ...METRIC, change: lie }],
    ['a unit', 'show_metric', { ...METRIC, unit: `x ${lie}` }],
    ['a figure in the label', 'show_metric', { ...METRIC, label: `Sales ${lie}` }],
    ['rows of a table', 'show_table', { dataset_id: DATASET_ID, rows: [{ amount: lie }] }],
    [
      'columns with values',
      'show_table',
      { dataset_id: DATASET_ID, columns: [{ key: 'amount', value: lie }] },
    ],
    ['a total', 'show_table', { dataset_id: DATASET_ID, total: lie }],
    ['another source', 'show_table', { dataset_id: DATASET_ID, source: `audit ${lie}` }],
    ['a dataset that nobody stored', 'show_table', { dataset_id: DATASET_ID.replace('0', '1') }],
  ];

  it.each(lies)('does not get %s into a part', async (_name, tool, args) => {
    const shown = await figures.show(turn, tool, args);
    expect(shown).toEqual({ ok: false, error: expect.any(String) });
  });

  it('shows the true figures where it asks for a view of the rows, whatever it says beside them', async () => {
    expect(await figures.show(turn, 'show_metric', { ...METRIC, label: 'Sales' })).toMatchObject({
      ok: true,
      part: { label: 'Sales', value: 7.5, unit: 'EUR', source: 'shop' },
    });
  });
});
