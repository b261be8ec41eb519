import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ended, Entry, Fact, Invoked } from './entries.js';

/** Everything that happened in one round, in the order of happening. */
export class Recorder {
  readonly entries: Entry[] = [];
  private readonly begun = performance.now();
  private ops = 0;

  /** Milliseconds since the record began. */
  now(): number {
    return Math.round((performance.now() - this.begun) * 10) / 10;
  }

  add(fact: Fact): void {
    this.entries.push({ ...fact, at: this.now() });
  }

  /** Notes that an operation begins. Out: notes how it ended, once. */
  invoke(fact: Omit<Invoked, 'kind' | 'op'>): (end: Omit<Ended, 'op'>) => void {
    const op = ++this.ops;
    this.add({ ...fact, kind: 'invoke', op });
    return (end) => this.add({ ...end, op });
  }

  /** Keeps the record as lines of JSON. In: more lines for its head. Out: the file. */
  keep(folder: string, name: string, ...head: object[]): string {
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `${name}.jsonl`);
    writeFileSync(file, [...head, ...this.entries].map((line) => `${JSON.stringify(line)}\n`).join(''));
    return file;
  }
}
