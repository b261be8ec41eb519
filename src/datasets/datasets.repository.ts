import { Injectable } from '@nestjs/common';
import type { Cell, DataColumn } from '../common/parts/data-column.contract.js';
import { Scope } from '../database/scope.js';
import type { CheckedDataset } from './dataset-rows.js';
import { MAX_PER_RUN } from './datasets.limits.js';

export interface Owner {
  readonly tenantId: string;
  readonly userId: string;
}

export interface StoredDataset {
  readonly id: string;
  readonly session_id: string;
  readonly columns: readonly DataColumn[];
  readonly rows: readonly (readonly Cell[])[];
  readonly row_count: number;
  readonly total: number;
  readonly source: string;
  readonly as_of: Date;
}

export interface Place {
  readonly id: string;
  readonly sessionId: string;
  readonly runId: string | null;
}

/** Rows are kept as an array of arrays: small, in the order of the columns, and no key of theirs is ever a name. */
@Injectable()
export class DatasetsRepository {
  constructor(private readonly scope: Scope) {}

  /** One transaction: the session lives, the run has room, the rows are kept. Out: which of these ended it. */
  async add(
    owner: Owner,
    place: Place,
    dataset: CheckedDataset,
  ): Promise<'stored' | 'session_gone' | 'full'> {
    const [row] = await this.scope.call<{ outcome: 'stored' | 'session_gone' | 'full' }>('datasets_store', [
      owner.tenantId,
      owner.userId,
      place.id,
      place.sessionId,
      place.runId,
      dataset.source,
      JSON.stringify(dataset.columns),
      dataset.rows,
      dataset.total,
      dataset.asOf,
      MAX_PER_RUN,
    ]);
    return row?.outcome ?? 'session_gone';
  }

  /** The rows from `offset` on, at most `limit`; all with `limit` null. Out: undefined where the owner has no such dataset. */
  async find(
    owner: Owner,
    id: string,
    offset: number,
    limit: number | null,
  ): Promise<StoredDataset | undefined> {
    const [row] = await this.scope.call<StoredDataset>('datasets_read', [
      owner.tenantId,
      owner.userId,
      id,
      offset,
      limit,
    ]);
    return row;
  }
}
