import type { DataPart } from '../../common/parts/answer-part.contract.js';
import type { Figures, FiguresTurn } from '../../datasets/figures.service.js';
import type { StoredFigures, ToolOutcome } from '../tools/tool-runner.service.js';
import type { PlannedView } from './plans/skill-plan.js';
import type { SkillEvent } from './skill.js';

/**
 * Yields the parts of the views that have figures, of what a tool gave. Out: a sentence for each of the others that has
 * one. Throws DATASET_VIEW_INVALID for a view that does not fit its dataset.
 */
export async function* shownViews(
  figures: Figures,
  turn: FiguresTurn,
  datasets: ToolOutcome['datasets'],
  views: readonly PlannedView[],
): AsyncGenerator<SkillEvent, string[]> {
  const remarks: string[] = [];
  for (const view of views) {
    const dataset = datasets[view.of];
    if (!dataset) continue;
    if (!hasFigures(dataset, view)) {
      if (view.none) remarks.push(view.none);
      continue;
    }
    const part = await figures.part(turn, view.show, { dataset_id: dataset.id, ...view.as });
    if (!drawsOneValue(part)) yield { type: 'part', part };
    else if (view.alone) yield* shownViews(figures, turn, datasets, [view.alone]);
  }
  return remarks;
}

function hasFigures({ rows }: StoredFigures, { needs }: PlannedView): boolean {
  return needs === undefined ? rows.length > 0 : rows.some((row) => row[needs]);
}

function drawsOneValue(part: DataPart): boolean {
  return part.type === 'chart' && part.rows.length === 1;
}
