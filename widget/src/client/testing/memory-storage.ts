import type { KeyValue } from '../user-storage.js';

/** Web Storage that lives in a test. `changed` is called as other tabs would hear of it. */
export class MemoryStorage implements KeyValue {
  constructor(
    private readonly items = new Map<string, string>(),
    private readonly changed: () => void = () => undefined,
  ) {}

  get length(): number {
    return this.items.size;
  }

  key(index: number): string | null {
    return [...this.items.keys()][index] ?? null;
  }

  getItem(key: string): string | null {
    return this.items.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.items.set(key, value);
    this.changed();
  }

  removeItem(key: string): void {
    if (this.items.delete(key)) this.changed();
  }
}
