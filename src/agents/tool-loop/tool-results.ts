import { fenced } from '../../common/fence.js';
import type { DataPart } from '../../common/parts/answer-part.contract.js';
import { partText } from '../../datasets/part-text.js';
import { describeDataset } from '../../datasets/tools/show-tools.js';
import type { StoredFigures, ToolOutcome } from '../tools/tool-runner.service.js';

/** Characters of one result. */
const MAX_RESULT = 12_000;
const MAX_CELL = 200;
/** Of a part in words. */
const MAX_FIGURES = 4_000;

interface Room {
  /** Of each dataset. */
  readonly rows: number;
  /** Characters of each extract, and of the text. */
  readonly quote: number;
  readonly text: number;
}

/** Tried one after the other until a result fits; the last one is taken as it is. */
const LEAST: Room = { rows: 0, quote: 300, text: 1_000 };
const ROOMS: readonly Room[] = [
  { rows: 60, quote: 1_200, text: 4_000 },
  { rows: 20, quote: 1_200, text: 4_000 },
  { rows: 5, quote: 600, text: 2_000 },
];

/** What became of a call. JSON, since a call that changed something is kept with its run. */
export type ToolResult =
  | { readonly ok: true; readonly outcome: ToolOutcome }
  | { readonly ok: false; readonly error: string; readonly comment?: string };

/**
 * A result as a model gets it: marked as data, bounded, with datasets described and their first rows.
 * In: the name of a tool that there is; `cited`, how many extracts the model was given before, from which marks count.
 */
export function resultText(tool: string, result: ToolResult, cited: number): string {
  if (!result.ok) return fencedResult(tool, result);
  const { outcome } = result;
  const texts = (room: Room): string => fencedResult(tool, { ok: true, ...described(outcome, room, cited) });
  return ROOMS.map(texts).find(({ length }) => length <= MAX_RESULT) ?? texts(LEAST);
}

/** What a model is told of a part that was shown: its figures in words, as the user has them too. */
export function shownText(tool: string, part: DataPart): string {
  const figures = part.type === 'table' ? `${part.rows.length} of ${part.total} rows.` : partText(part);
  return fencedResult(tool, { ok: true, shown: part.type, figures: figures.slice(0, MAX_FIGURES) });
}

function fencedResult(tool: string, value: object): string {
  return fenced('tool_result', JSON.stringify(value), { tool });
}

function described({ datasets, extracts, text, missing }: ToolOutcome, room: Room, cited: number): object {
  const all = Object.entries(datasets);
  return {
    ...(all.length > 0
      ? { datasets: all.map(([name, stored]) => describedDataset(name, stored, room.rows)) }
      : {}),
    ...(extracts.length > 0
      ? {
          extracts: extracts.map(({ quote, ...extract }, index) => ({
            mark: `[${cited + index + 1}]`,
            ...extract,
            quote: quote.slice(0, room.quote),
          })),
        }
      : {}),
    ...(text ? { text: text.slice(0, room.text) } : {}),
    ...(missing.length > 0 ? { missing } : {}),
  };
}

function describedDataset(name: string, stored: StoredFigures, most: number): object {
  const rows = stored.rows.slice(0, most).map((row) => stored.columns.map(({ key }) => cell(row[key])));
  return {
    name,
    dataset: describeDataset(stored),
    ...(most > 0 ? { columns: stored.columns.map(({ key }) => key), rows } : {}),
    ...(rows.length < stored.total ? { rows_left_out: stored.total - rows.length } : {}),
  };
}

function cell(value: unknown): unknown {
  return typeof value === 'string' ? value.slice(0, MAX_CELL) : (value ?? null);
}
