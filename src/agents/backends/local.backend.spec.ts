import { allOf, MemoryDatasets, turnOf } from '../../../test/support/llm-backend.js';
import { FakeAudit, FakeTool, SOLD } from '../../../test/support/tools.js';
import { AppError } from '../../common/errors/app-error.js';
import { Figures, type NewFigures } from '../../datasets/figures.service.js';
import { Metrics } from '../../monitoring/metrics/metrics.js';
import { PlannedSkill } from '../skills/planned.skill.js';
import { chart, metric, type SkillPlan, table } from '../skills/plans/skill-plan.js';
import { ToolRegistry } from '../tools/tool-registry.service.js';
import { ToolRunner } from '../tools/tool-runner.service.js';
import { ToolErrors } from '../tools/tools.errors.js';
import { LocalBackend } from './local.backend.js';

const found = (rows: NewFigures['rows']): FakeTool =>
  new FakeTool({ name: 'sales' }, () =>
    Promise.resolve({ figures: { sold: { ...SOLD, rows } }, missing: ['The shop is not connected.'] }),
  );
const down = new FakeTool({ name: 'stock' }, () =>
  Promise.reject(new AppError(ToolErrors.TOOL_FAILED, 'The stock cannot be read.')),
);
const CHART = { x: { field: 'region' }, y: { field: 'amount' } };
const AMOUNT = metric('sold', 'Sold', { field: 'amount', aggregate: 'max' });

describe('an answer of the local engine', () => {
  const answered = async (tools: FakeTool[], plan: Partial<SkillPlan>) => {
    const figures = new Figures(new MemoryDatasets());
    const runner = new ToolRunner(new ToolRegistry(tools), figures, new FakeAudit() as never, new Metrics());
    const names = tools.map(({ manifest }) => manifest.name);
    const whole: SkillPlan = {
      ...{ name: 'plan', agents: ['campaign_optimizer'], base: true, lead: 'Look.' },
      steps: names.map((tool) => ({ tool, with: () => ({ of: 'x' }) })),
      ...plan,
    };
    const backend = new LocalBackend([new PlannedSkill(whole, runner, figures)]);
    const events = await allOf(backend.run(turnOf('user', names), new AbortController().signal));
    const end = events.at(-1);
    if (end?.type !== 'end') throw new Error('It has no end');
    const shown = events.flatMap((event) => (event.type === 'part' ? [event.part] : []));
    return { notes: end.result.notes, shown };
  };
  const shownOf = async (rows: NewFigures['rows'], ...views: ReturnType<typeof chart>[]) =>
    (await answeredWith(rows, ...views)).map(({ type }) => type);
  const answeredWith = async (rows: NewFigures['rows'], ...views: ReturnType<typeof chart>[]) =>
    (await answered([found(rows)], { steps: [{ tool: 'sales', with: () => ({ of: 'x' }), views }] })).shown;

  it('names the tools that ran and failed, and what is missing, as one of a model does', async () => {
    const { notes } = await answered([found(SOLD.rows), down], { lacks: ['No prices are connected.'] });
    expect(notes).toEqual({
      skill: 'plan',
      tools: ['sales'],
      tools_failed: ['stock'],
      missing: ['The shop is not connected.', 'No prices are connected.'],
    });
  });

  it('names no tool beyond the role', async () => {
    const hidden = new FakeTool({ name: 'hidden', roles: ['super_admin'] });
    expect((await answered([hidden], {})).notes).toEqual({ skill: 'plan' });
  });

  it('has a chart only where that draws more than one value', async () => {
    const both = [table('sold'), chart('sold', 'Sold by region', 'bar', CHART)];
    expect(await shownOf(SOLD.rows, ...both)).toEqual(['table', 'chart']);
    expect(await shownOf(SOLD.rows.slice(0, 1), ...both)).toEqual(['table']);
  });

  it('says one value as a metric where nothing else does', async () => {
    const [first, second] = SOLD.rows;
    const alone = chart('sold', 'Sold by region', 'bar', CHART, { alone: AMOUNT });
    expect(await shownOf(SOLD.rows, alone)).toEqual(['chart']);
    expect(await answeredWith([{ ...first!, amount: null }, second!], alone)).toMatchObject([
      { type: 'metric', label: 'Sold', value: 30 },
    ]);
  });
});
