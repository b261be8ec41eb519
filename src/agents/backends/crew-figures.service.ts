import { Injectable } from '@nestjs/common';
import { AppError } from '../../common/errors/app-error.js';
import type { DataPart } from '../../common/parts/answer-part.contract.js';
import type { CrewTable } from '../../crewai/crew.contract.js';
import { Figures, type FiguresTurn, type NewFigures } from '../../datasets/figures.service.js';
import { type Keys, keysOf, tableFigures } from '../table-figures.js';

const UNTITLED = 'Chart of the crew';

/** `remark`: a sentence for where it was not shown as the crew wanted it. */
export interface CrewShown {
  readonly part?: DataPart;
  readonly remark?: string;
}

/** Makes parts of the rows that a crew gave, by the one way that figures take. */
@Injectable()
export class CrewFigures {
  constructor(private readonly figures: Figures) {}

  /**
   * Keeps the rows and shows them as the crew proposes, a chart that cannot be drawn as a table. Rows that cannot be
   * kept are left out. Throws only what the database throws.
   */
  async show(turn: FiguresTurn, table: CrewTable): Promise<CrewShown> {
    const keys = keysOf(table.columns);
    const id = await this.keep(turn, tableFigures(table, keys, sourceOf(table)));
    if (id === undefined)
      return { remark: `Rows of the crew could not be kept and are left out${named(table)}.` };
    if (table.kind === 'chart') {
      const chart = await this.figures.show(turn, 'show_chart', chartView(table, id, keys));
      if (chart.ok) return { part: chart.part };
    }
    const part = await this.figures.part(turn, 'show_table', { dataset_id: id });
    return table.kind === 'table'
      ? { part }
      : { part, remark: `A chart of the crew cannot be drawn and is shown as a table${named(table)}.` };
  }

  private async keep(turn: FiguresTurn, figures: NewFigures): Promise<string | undefined> {
    try {
      return await this.figures.store(turn, figures);
    } catch (error) {
      if (error instanceof AppError) return undefined;
      throw error;
    }
  }
}

function named({ title }: CrewTable): string {
  return title === '' ? '' : `: ${title}`;
}

/** A chart has its title; that of a table stands in its source. */
function sourceOf({ kind, title, source }: CrewTable): string {
  const crew = `crew ${source}`;
  return kind === 'table' && title !== '' ? `${title} (${crew})` : crew;
}

/** Of the crew's proposal only mark and encoding, both unchecked; rows or addresses in it are not looked at. */
function chartView({ title, spec = {} }: CrewTable, id: string, keys: Keys): object {
  const { mark, encoding } = spec;
  return {
    dataset_id: id,
    title: title || UNTITLED,
    spec: { mark: isObject(mark) ? mark['type'] : mark, encoding: renamed(encoding, keys) },
  };
}

function renamed(encoding: unknown, keys: Keys): unknown {
  if (!isObject(encoding)) return encoding;
  const channels = Object.entries(encoding).map(([channel, given]) => {
    const field = isObject(given) ? given['field'] : undefined;
    const known = typeof field === 'string' ? keys.get(field) : undefined;
    return [channel, known === undefined ? given : { ...(given as object), field: known }];
  });
  return Object.fromEntries(channels);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
