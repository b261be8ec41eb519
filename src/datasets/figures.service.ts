import { Injectable } from '@nestjs/common';
import type { Principal } from '../auth/principal.js';
import { AppError } from '../common/errors/app-error.js';
import { type AnswerPart, type DataPart, isDataPart } from '../common/parts/answer-part.contract.js';
import type { NewDataset } from './dataset.js';
import { DatasetErrors } from './datasets.errors.js';
import { Datasets } from './datasets.ports.js';
import { show, type Shown, type ShowToolName } from './tools/show-tools.js';

/** For whom figures are kept and shown: what every turn of an agent carries. */
export interface FiguresTurn {
  readonly principal: Principal;
  readonly sessionId: string;
  readonly runId: string;
}

export type NewFigures = Omit<NewDataset, 'sessionId' | 'runId'>;

/**
 * The one way from figures to parts, for skills, tools and crews: keep the rows, then ask for a view of them. It knows
 * the parts that it made, so that whoever passes parts on can tell those from figures of any other origin.
 */
@Injectable()
export class Figures {
  private readonly made = new WeakSet<AnswerPart>();

  constructor(private readonly datasets: Datasets) {}

  /** In: rows, as in `Datasets.store`. Out: the dataset's id. Throws as `Datasets.store` does. */
  store({ principal, sessionId, runId }: FiguresTurn, rows: NewFigures): Promise<string> {
    return this.datasets.store(principal, { ...rows, sessionId, runId });
  }

  /** For a model: in its arguments, unchecked; out the part, or a sentence by which it can correct them. */
  async show({ principal, sessionId }: FiguresTurn, tool: ShowToolName, args: unknown): Promise<Shown> {
    const shown = await show(tool, args, (id) => this.datasets.find(principal, sessionId, id));
    if (shown.ok) this.made.add(frozen(shown.part));
    return shown;
  }

  /** For a skill, whose arguments are its own. Out: the part. Throws DATASET_VIEW_INVALID. */
  async part(turn: FiguresTurn, tool: ShowToolName, args: object): Promise<DataPart> {
    const shown = await this.show(turn, tool, args);
    if (shown.ok) return shown.part;
    throw new AppError(DatasetErrors.DATASET_VIEW_INVALID, shown.error);
  }

  /** Whether a part may be shown: it has no figures, or they were computed here from a stored dataset. */
  vouchesFor(part: AnswerPart): boolean {
    return !isDataPart(part) || this.made.has(part);
  }
}

function frozen<T extends object>(value: T): T {
  for (const inner of Object.values(value)) if (typeof inner === 'object' && inner !== null) frozen(inner);
  return Object.freeze(value);
}
