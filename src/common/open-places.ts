/** Places that are held under a key: so many at once, each given back by whoever took it. */
export class OpenPlaces {
  private readonly held = new Map<string, number>();

  constructor(readonly limit: number) {}

  /** Takes a place. Out: gives it back, once; undefined where none is left. */
  take(key: string): (() => void) | undefined {
    const held = this.held.get(key) ?? 0;
    if (held >= this.limit) return undefined;
    this.held.set(key, held + 1);
    let mine = true;
    return () => {
      if (mine) this.giveBack(key);
      mine = false;
    };
  }

  /** How many keys hold places. */
  get size(): number {
    return this.held.size;
  }

  private giveBack(key: string): void {
    const held = (this.held.get(key) ?? 0) - 1;
    if (held > 0) this.held.set(key, held);
    else this.held.delete(key);
  }
}
