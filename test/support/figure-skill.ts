import type { NestExpressApplication } from '@nestjs/platform-express';
import type { AssignedTurn } from '../../src/agents/backends/agent-backend.js';
import { LocalBackend } from '../../src/agents/backends/local.backend.js';
import { LocalSkill, type SkillEvent } from '../../src/agents/skills/skill.js';
import type { DataColumn } from '../../src/common/parts/data-column.contract.js';
import { Figures, type NewFigures } from '../../src/datasets/figures.service.js';
import type { ShowToolName } from '../../src/datasets/tools/show-tools.js';

const COLUMNS: DataColumn[] = [
  { key: 'region', label: 'Region', type: 'text' },
  { key: 'day', label: 'Day', type: 'date' },
  { key: 'kind', label: 'Kind', type: 'text' },
  { key: 'amount', label: 'Amount', type: 'number', unit: 'EUR', format: ',.2f' },
];

const REGIONS = ['South', 'North', 'West', '=HYPERLINK("https://evil.example")'];

/** Two kinds of sales in four regions over six days; the amounts grow by the place of their row. */
export const SALES: NewFigures = {
  columns: COLUMNS,
  rows: Array.from({ length: 48 }, (_, index) => ({
    region: REGIONS[index % 4],
    day: `2026-03-0${1 + Math.floor(index / 8)}`,
    kind: index % 8 < 4 ? 'online' : 'shop',
    amount: 10 + index * 1.25,
  })),
  source: 'till of the shop',
  asOf: new Date('2026-11-22T10:00:00Z'),
};

const SUM = { field: 'amount', aggregate: 'sum' };

/** What the skill shows of the sales: every kind of figure once. */
export const VIEWS: readonly [ShowToolName, object][] = [
  ['show_metric', { label: 'Sales', field: 'amount', aggregate: 'sum' }],
  ['show_table', { limit: 20 }],
  [
    'show_chart',
    { title: 'Sales by region', spec: { mark: 'bar', encoding: { x: { field: 'region' }, y: SUM } } },
  ],
  [
    'show_chart',
    {
      title: 'Sales by day',
      spec: { mark: 'line', encoding: { x: { field: 'day' }, y: SUM, color: { field: 'kind' } } },
    },
  ],
  [
    'show_chart',
    {
      title: 'Sales side by side',
      spec: {
        mark: 'bar',
        encoding: { y: { field: 'region' }, x: { ...SUM, stack: 'zero' }, color: { field: 'kind' } },
      },
    },
  ],
  [
    'show_chart',
    {
      title: 'Shares of regions',
      spec: { mark: 'arc', encoding: { theta: SUM, color: { field: 'region' } } },
    },
  ],
  [
    'show_chart',
    {
      title: 'Days and regions',
      spec: { mark: 'rect', encoding: { x: { field: 'day' }, y: { field: 'region' }, color: SUM } },
    },
  ],
];

class FigureSkill extends LocalSkill {
  readonly name = 'figures';

  constructor(private readonly figures: Figures) {
    super();
  }

  matches(question: string): number {
    return question.startsWith('Figures') ? 2 : 0;
  }

  async *run(turn: AssignedTurn): AsyncGenerator<SkillEvent> {
    yield { type: 'text', text: 'These are the sales.\n' };
    const id = await this.figures.store(turn, SALES);
    for (const [tool, view] of VIEWS)
      yield { type: 'part', part: await this.figures.part(turn, tool, { dataset_id: id, ...view }) };
  }
}

/** Lets the local engine of a running service answer questions that begin with "Figures" by every kind of figure. */
export function addFigureSkill(app: NestExpressApplication): void {
  const { skills } = app.get(LocalBackend) as unknown as { skills: LocalSkill[] };
  skills.unshift(new FigureSkill(app.get(Figures)));
}
