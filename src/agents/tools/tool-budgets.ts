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
    this.set(runId, tool, this.used(runId, tool) + 1);
  }

  /** In: the names of the tools that a run called, one for each call. */
  atLeast(runId: string, ran: readonly string[]): void {
    for (const tool of new Set(ran)) {
      const calls = ran.filter((name) => name === tool).length;
      this.set(runId, tool, Math.max(calls, this.used(runId, tool)));
    }
  }

  private set(runId: string, tool: string, calls: number): void {
    const run = this.runs.get(runId) ?? new Map<string, number>();
    this.runs.set(runId, run.set(tool, calls));
  }
}
