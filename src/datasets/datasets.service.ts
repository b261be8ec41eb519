import { Injectable } from '@nestjs/common';
import type { Principal } from '../auth/principal.js';
import { AppError } from '../common/errors/app-error.js';
import { newId } from '../common/ids.js';
import type { Cell, DataColumn } from '../common/parts/data-column.contract.js';
import { toCsv } from './csv.js';
import type { Dataset, NewDataset } from './dataset.js';
import { checkDataset } from './dataset-rows.js';
import type { DatasetPage, DatasetQuery } from './datasets.contract.js';
import { DatasetErrors } from './datasets.errors.js';
import { DEFAULT_PAGE_ROWS, MAX_PAGE_ROWS, MAX_PER_RUN } from './datasets.limits.js';
import { Datasets } from './datasets.ports.js';
import { DatasetsRepository, type StoredDataset } from './datasets.repository.js';

/** Keeps rows that tools and files produced, and gives them back: whole, by pages, as CSV. */
@Injectable()
export class DatasetsService extends Datasets {
  constructor(private readonly repository: DatasetsRepository) {
    super();
  }

  async store(principal: Principal, dataset: NewDataset): Promise<string> {
    const checked = checkDataset(dataset);
    const place = { id: newId(), sessionId: dataset.sessionId, runId: dataset.runId };
    const outcome = await this.repository.add(principal, place, checked);
    if (outcome === 'stored') return place.id;
    throw outcome === 'full'
      ? new AppError(
          DatasetErrors.DATASET_LIMIT_REACHED,
          `One answer keeps at most ${MAX_PER_RUN} datasets. Use those that are there.`,
        )
      : new AppError(DatasetErrors.DATASET_SESSION_GONE, 'The conversation of this dataset was deleted.');
  }

  async find(principal: Principal, sessionId: string, id: string): Promise<Dataset | null> {
    const found = await this.repository.find(principal, id, 0, null);
    return found && found.session_id === sessionId ? toDataset(found) : null;
  }

  /** One page of a dataset of the caller. Throws DATASET_NOT_FOUND. */
  async page(principal: Principal, id: string, query: DatasetQuery): Promise<DatasetPage> {
    const offset = query.offset ?? 0;
    const found = await this.repository.find(principal, id, offset, query.limit ?? DEFAULT_PAGE_ROWS);
    if (!found) throw notFound();
    const next = offset + found.rows.length;
    return {
      dataset_id: found.id,
      columns: [...found.columns],
      rows: found.rows.map((row) => toRecord(found.columns, row)),
      offset,
      ...(next < found.row_count ? { next_offset: next } : {}),
      row_count: found.row_count,
      total: found.total,
      source: found.source,
      as_of: found.as_of.toISOString(),
    };
  }

  /** All rows as CSV, read page by page while somebody takes them. Throws DATASET_NOT_FOUND. */
  async csv(principal: Principal, id: string): Promise<AsyncIterable<string>> {
    const first = await this.repository.find(principal, id, 0, MAX_PAGE_ROWS);
    if (!first) throw notFound();
    return toCsv(first.columns, this.rowsFrom(principal, first));
  }

  private async *rowsFrom(principal: Principal, first: StoredDataset): AsyncGenerator<readonly Cell[]> {
    let page = first;
    for (let offset = 0; ;) {
      yield* page.rows;
      offset += page.rows.length;
      if (offset >= first.row_count) return;
      const next = await this.repository.find(principal, first.id, offset, MAX_PAGE_ROWS);
      if (!next) throw notFound();
      page = next;
    }
  }
}

function notFound(): AppError {
  return new AppError(
    DatasetErrors.DATASET_NOT_FOUND,
    'There is no such dataset. It may have been deleted with its conversation.',
  );
}

function toDataset({ id, columns, rows, total, source, as_of }: StoredDataset): Dataset {
  return { id, columns, rows, total, source, asOf: as_of };
}

function toRecord(columns: readonly DataColumn[], row: readonly Cell[]): Record<string, Cell> {
  return Object.fromEntries(columns.map(({ key }, index) => [key, row[index] ?? null]));
}
