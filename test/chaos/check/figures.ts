import type { Entry } from '../record/entries.js';
import type { Rows } from '../record/rows.js';
import type { Violation } from './facts.js';

/** What one or several rounds came to. Times in milliseconds. */
export class Figures {
  private readonly counts = new Map<string, number>();
  private readonly takeovers: number[] = [];
  private readonly drains: number[] = [];
  private readonly resumes: number[] = [];
  readonly violations: Violation[] = [];

  add(entries: readonly Entry[], rows: Rows, violations: readonly Violation[]): void {
    this.violations.push(...violations);
    this.count('messages accepted', rows.runs.length);
    this.count('events logged', rows.log.length);
    for (const run of rows.runs) this.count(`runs ${run.state}`);
    const begun = new Map<number, { at: number; action: string }>();
    for (const entry of entries) {
      if (entry.kind === 'invoke') begun.set(entry.op, { at: entry.at, action: entry.action });
      if (entry.kind === 'event') this.count('events shown');
      if (entry.kind === 'fault') this.count(`fault ${entry.name}`);
      if (entry.kind === 'takeover' && entry.ms !== undefined) this.takeovers.push(entry.ms);
      if (entry.kind === 'drain') this.drains.push(entry.ms);
      if (entry.kind === 'fail') this.count(`refused ${entry.code ?? 'without a code'}`);
      const operation = entry.kind === 'ok' ? begun.get(entry.op) : undefined;
      if (operation?.action === 'resume') this.resumes.push(entry.at - operation.at);
    }
  }

  /** Lines for people. */
  lines(): string[] {
    const named = (name: string): number =>
      this.violations.filter((violation) => violation.name === name).length;
    return [
      `lost ${named('lost')}, duplicated ${named('duplicated')}, out of order ${named('out of order')}, two answers ${named('two answers')}, other violations ${this.violations.length - ['lost', 'duplicated', 'out of order', 'two answers'].reduce((sum, name) => sum + named(name), 0)}`,
      `takeovers ${this.takeovers.length}: p50 ${percentile(this.takeovers, 0.5)} ms, p100 ${percentile(this.takeovers, 1)} ms`,
      `drains ${this.drains.length}: p50 ${percentile(this.drains, 0.5)} ms, p100 ${percentile(this.drains, 1)} ms`,
      `resumes ${this.resumes.length}: p50 ${percentile(this.resumes, 0.5)} ms, p99 ${percentile(this.resumes, 0.99)} ms`,
      [...this.counts]
        .toSorted(([a], [b]) => a.localeCompare(b))
        .map(([name, count]) => `${name} ${count}`)
        .join(', '),
    ];
  }

  private count(name: string, by = 1): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + by);
  }
}

/** The nearest-rank percentile, rounded; 0 of nothing. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0);
}
