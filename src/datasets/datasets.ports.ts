import type { Principal } from '../auth/principal.js';
import type { Dataset, NewDataset } from './dataset.js';

/** What tools, skills, files and crews ask of datasets. Every call acts in the caller's own rows. */
export abstract class Datasets {
  /**
   * Checks and keeps rows. Out: the dataset's id. Throws DATASET_INVALID, DATASET_TOO_LARGE, DATASET_LIMIT_REACHED,
   * or DATASET_SESSION_GONE where the session was deleted meanwhile.
   */
  abstract store(principal: Principal, dataset: NewDataset): Promise<string>;

  /** A dataset of one session, whole. Out: null where the session has none of that id. */
  abstract find(principal: Principal, sessionId: string, id: string): Promise<Dataset | null>;
}
