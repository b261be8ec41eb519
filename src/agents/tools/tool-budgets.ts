import { BoundedMap } from '../../redis/bounded-map.js';

/** Runs whose calls are remembered on this node; far more than one works on. */
const REMEMBERED = 5_000;

/** How often each tool ran in each run of this node. */
export class ToolBudgets {
  private readonly runs = new BoundedMap<string, Map<string, number>>(REMEMBERED);

  used(runId: string, tool: string): number {
    return this.runs.get(runId)?.get(tool) ?? 0;
  }

  count(runId: string, tool: string): void {
    const calls = this.runs.get(runId) ?? new Map<string, number>();
    this.runs.set(runId, calls.set(tool, (calls.get(tool) ?? 0) + 1));
  }
}
