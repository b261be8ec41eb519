import { z } from 'zod';
import { COLUMNS, DATASET_ID, sampleDataset } from '../../../test/support/datasets.js';
import { AnswerPart } from '../../common/parts/answer-part.contract.js';
import { describeDataset, show, SHOW_TOOLS, type ShowToolName } from './show-tools.js';

const dataset = sampleDataset();
const asked: string[] = [];
const find = (id: string) => {
  asked.push(id);
  return Promise.resolve(id === DATASET_ID ? dataset : null);
};

const CHART = {
  dataset_id: DATASET_ID,
  title: 'Sales',
  spec: { mark: 'bar', encoding: { x: { field: 'region' }, y: { field: 'amount', aggregate: 'sum' } } },
};

describe('the tools by which a model shows figures', () => {
  it('have a description and a schema of arguments that a model can be given', () => {
    expect(SHOW_TOOLS.map(({ name }) => name)).toEqual(['show_chart', 'show_table', 'show_metric']);
    for (const { description, parameters } of SHOW_TOOLS) {
      expect(description.length).toBeGreaterThan(20);
      expect(z.toJSONSchema(parameters, { io: 'input' })).toMatchObject({
        type: 'object',
        additionalProperties: false,
      });
    }
  });

  it.each<[ShowToolName, object, object]>([
    [
      'show_chart',
      CHART,
      { type: 'chart', title: 'Sales', rows: [{ region: 'South', sum_amount: 0.3 }, { sum_amount: 7.2 }] },
    ],
    ['show_table', { dataset_id: DATASET_ID, columns: ['items'] }, { type: 'table', total: 5 }],
    ['show_metric', { dataset_id: DATASET_ID, aggregate: 'count' }, { type: 'metric', value: 5 }],
  ])('%s gives a part of the contract', async (name, args, part) => {
    const shown = await show(name, args, find);
    expect(shown).toMatchObject({ ok: true, part });
    if (shown.ok) expect(AnswerPart.parse(shown.part)).toEqual(shown.part);
  });

  const withRows = { ...CHART.spec, data: { name: DATASET_ID, values: [{ region: 'South', amount: 1e9 }] } };
  it.each<[string, ShowToolName, unknown, RegExp]>([
    ['figures in a spec', 'show_chart', { ...CHART, spec: withRows }, /spec\.data: .*"values"/],
    ['rows beside it', 'show_chart', { ...CHART, rows: [{ a: 1 }] }, /"rows"/],
    [
      'a value of its own',
      'show_metric',
      { dataset_id: DATASET_ID, aggregate: 'count', value: 1e9 },
      /"value"/,
    ],
    ['no dataset', 'show_table', {}, /dataset_id/],
    ['__proto__', 'show_table', JSON.parse('{"__proto__":{}}'), /__proto__/],
    ['a text', 'show_table', '{"dataset_id":1}', /expected object/],
    ['nothing', 'show_table', undefined, /expected object/],
    [
      'a dataset of somebody else',
      'show_table',
      { dataset_id: DATASET_ID.replace('0', '1') },
      /no dataset of that id/,
    ],
    [
      'an unknown column',
      'show_table',
      { dataset_id: DATASET_ID, columns: ['town'] },
      /columns are region \(text\)/,
    ],
  ])('say what is wrong with %s', async (_name, name, args, message) => {
    expect(await show(name, args, find)).toEqual({ ok: false, error: expect.stringMatching(message) });
  });

  it('do not look for a dataset before the arguments are sound', async () => {
    asked.length = 0;
    await show('show_table', { dataset_id: DATASET_ID, url: 'https://evil.example' }, find);
    expect(asked).toEqual([]);
  });

  it('fail where the database does', async () => {
    const down = () => Promise.reject(new Error('down'));
    await expect(show('show_table', { dataset_id: DATASET_ID }, down)).rejects.toThrow('down');
  });

  it('are told of a dataset by its columns, without figures', () => {
    expect(describeDataset({ id: DATASET_ID, columns: COLUMNS, total: 5, source: 'shop' })).toBe(
      `Dataset ${DATASET_ID} (shop): 5 rows. Columns: region (text), amount (number, EUR), items (integer), day (date), at (datetime), paid (boolean).`,
    );
  });
});
