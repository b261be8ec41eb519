import { z } from 'zod';
import { ChartSpec } from './chart-spec.contract.js';
import { DataColumn, DataRow } from './data-column.contract.js';

/**
 * Answer parts: a closed, versioned set. A new kind of part, or a change that an old client would not understand, is a
 * new version; the kinds and their fields are those of version 1.
 */
export const PARTS_VERSION = 1;

const sourced = {
  dataset_id: z.uuid().describe('The rows behind it: GET /chat/datasets/{id}.'),
  source: z.string().describe('Where the figures come from.'),
  as_of: z.iso.datetime().describe('When they were so.'),
};

export const TableColumn = DataColumn.extend({ align: z.enum(['left', 'right', 'center']).optional() }).meta({
  id: 'TableColumn',
});
export type TableColumn = z.infer<typeof TableColumn>;

export const TextPart = z.object({ type: z.literal('text'), text: z.string() });

export const TablePart = z.object({
  type: z.literal('table'),
  ...sourced,
  columns: z.array(TableColumn),
  rows: z.array(DataRow),
  total: z.int().describe('How many rows there are; `rows` may hold fewer.'),
});
export type TablePart = z.infer<typeof TablePart>;

export const ChartPart = z.object({
  type: z.literal('chart'),
  ...sourced,
  spec: ChartSpec,
  rows: z.array(DataRow).describe('What is drawn, in the order in which it is drawn.'),
  title: z.string(),
  summary: z.string().describe('What the chart shows, in words: its text alternative.'),
});
export type ChartPart = z.infer<typeof ChartPart>;

export const MetricPart = z.object({
  type: z.literal('metric'),
  ...sourced,
  label: z.string(),
  value: z.number(),
  unit: z.string().optional(),
  change: z.number().optional().describe('Difference to the value before, in the same unit.'),
});
export type MetricPart = z.infer<typeof MetricPart>;

/** Parts whose figures come from a dataset. */
export type DataPart = TablePart | ChartPart | MetricPart;

export function isDataPart(part: { readonly type: string }): part is DataPart {
  return part.type === 'table' || part.type === 'chart' || part.type === 'metric';
}

export const CitationPart = z.object({
  type: z.literal('citation'),
  title: z.string(),
  locator: z.string(),
  quote: z.string(),
});

export const FilePart = z.object({ type: z.literal('file'), file_id: z.string(), filename: z.string() });

export const ApprovalPart = z.object({
  type: z.literal('approval'),
  approval_id: z.string(),
  tool: z.string(),
  arguments: z.record(z.string(), z.unknown()),
  expires_at: z.iso.datetime(),
  state: z.enum(['pending', 'approved', 'refused', 'expired']),
});

export const ErrorPart = z.object({ type: z.literal('error'), code: z.string(), detail: z.string() });

export const AnswerPart = z
  .discriminatedUnion('type', [
    TextPart,
    TablePart,
    ChartPart,
    MetricPart,
    CitationPart,
    FilePart,
    ApprovalPart,
    ErrorPart,
  ])
  .meta({
    id: 'AnswerPart',
    description: `One part of an answer; the set is closed (version ${PARTS_VERSION}).`,
  });
export type AnswerPart = z.infer<typeof AnswerPart>;
