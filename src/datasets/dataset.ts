import type { Cell, DataColumn } from '../common/parts/data-column.contract.js';

/** Rows that a tool or a file produced, with where they come from and when they were so. Never changes once stored. */
export interface Dataset {
  readonly id: string;
  readonly columns: readonly DataColumn[];
  /** Values in the order of `columns`. Dates are `YYYY-MM-DD`, datetimes ISO 8601 in UTC with milliseconds. */
  readonly rows: readonly (readonly Cell[])[];
  /** How many rows the source had; more than `rows` where only the first were kept. */
  readonly total: number;
  readonly source: string;
  readonly asOf: Date;
}

/** What a tool hands over to be stored. */
export interface NewDataset {
  readonly columns: readonly DataColumn[];
  /** Column key to value; a key that is missing is a value that is missing. */
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** Where a reader could look the figures up, in a few words. */
  readonly source: string;
  readonly asOf: Date;
  /** The session that it is erased with. */
  readonly sessionId: string;
  /** The run that produced it; null for a dataset made outside of one, such as from an upload. */
  readonly runId: string | null;
  /** How many rows the source has, where `rows` are only the first of them. */
  readonly total?: number;
}
