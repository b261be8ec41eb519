import type { DataColumn } from '../../common/parts/data-column.contract.js';
import type { NewFigures } from '../../datasets/figures.service.js';
import type { ToolManifest } from './tool.contract.js';

type More = Pick<DataColumn, 'unit' | 'format'>;

/** One column: its key, what people call it, its type. */
export function column(key: string, label: string, type: DataColumn['type'], more: More = {}): DataColumn {
  return { key, label, type, ...more };
}

/** Figures as a tool hands them over. */
export function figuresOf(
  source: string,
  asOf: Date,
  columns: readonly DataColumn[],
  rows: NewFigures['rows'],
): NewFigures {
  return { source, asOf, columns, rows };
}

type Described = Pick<ToolManifest, 'name' | 'title' | 'description' | 'roles' | 'scope'>;

/** The manifest of a tool that only reads. */
export function reads(described: Described & Partial<ToolManifest>): ToolManifest {
  return { effect: 'read', approval: false, timeout: 10_000, budget: 4, ...described };
}

/** A figure with so many decimals; what is missing stays so. */
export function rounded(value: number | null, decimals: number): number | null {
  return value === null ? null : Number(value.toFixed(decimals));
}
