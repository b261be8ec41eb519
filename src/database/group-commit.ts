import { codeOf } from '../common/errors/error-body.js';

/** SQLSTATE classes whose cause lies in one item, not in the batch or the server: data, constraint, deadlock. */
const OF_ONE_ITEM = /^(22|23|40)/;

export interface GroupCommitOptions {
  /** Statements under way at most; what comes meanwhile waits and goes together. */
  readonly lanes: number;
  /** Items in one statement at most. */
  readonly size: number;
}

interface Waiting<Item, Row> {
  readonly item: Item;
  readonly resolve: (row: Row) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Group commit: items that arrive while a statement is under way are written by the next one together, so that many
 * share a round trip and a flush of the log. An item alone waits for nothing.
 */
export class GroupCommit<Item, Row> {
  private waiting: Waiting<Item, Row>[] = [];
  private underWay = 0;
  private scheduled = false;

  /** In: the statement, which gives one row an item in the order of the items. */
  constructor(
    private readonly write: (items: readonly Item[]) => Promise<readonly Row[]>,
    private readonly options: GroupCommitOptions = { lanes: 2, size: 64 },
  ) {}

  /** Out: the item's own row, once it is committed. Throws what the statement throws for this item. */
  add(item: Item): Promise<Row> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      this.schedule();
    });
  }

  /** Leaves the rest of this turn of the event loop the time to join. */
  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      while (this.waiting.length > 0 && this.underWay < this.options.lanes) void this.flush();
    });
  }

  private async flush(): Promise<void> {
    const batch = this.waiting.splice(0, this.options.size);
    this.underWay += 1;
    await this.writeAll(batch);
    this.underWay -= 1;
    if (this.waiting.length > 0) this.schedule();
  }

  private async writeAll(batch: readonly Waiting<Item, Row>[]): Promise<void> {
    try {
      const rows = await this.write(batch.map(({ item }) => item));
      if (rows.length !== batch.length) throw new Error(`${batch.length} items gave ${rows.length} rows`);
      batch.forEach(({ resolve }, index) => resolve(rows[index] as Row));
    } catch (error) {
      if (batch.length > 1 && error instanceof Error && OF_ONE_ITEM.test(codeOf(error))) {
        for (const one of batch) await this.writeAll([one]);
      } else {
        for (const { reject } of batch) reject(error);
      }
    }
  }
}
