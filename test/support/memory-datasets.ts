import type { Principal } from '../../src/auth/principal.js';
import { newId } from '../../src/common/ids.js';
import type { Dataset, NewDataset } from '../../src/datasets/dataset.js';
import { checkDataset } from '../../src/datasets/dataset-rows.js';
import { Datasets } from '../../src/datasets/datasets.ports.js';

/** Datasets that are checked as the service checks them, and kept in memory. */
export class MemoryDatasets extends Datasets {
  readonly kept = new Map<string, Dataset & { readonly sessionId: string }>();

  async store(_: Principal, dataset: NewDataset): Promise<string> {
    await Promise.resolve();
    const { rows, ...checked } = checkDataset(dataset);
    const id = newId();
    this.kept.set(id, { id, ...checked, rows: JSON.parse(rows), sessionId: dataset.sessionId });
    return id;
  }

  find(_: Principal, sessionId: string, id: string): Promise<Dataset | null> {
    const found = this.kept.get(id);
    return Promise.resolve(found?.sessionId === sessionId ? found : null);
  }
}
