/** Numbers that look random and are the same for the same seed (mulberry32). */
export class Seeded {
  constructor(private state: number) {}

  /** In: any text, such as a number and a name. */
  static of(text: string): Seeded {
    let state = 0;
    for (const character of text) state = (Math.imul(state, 31) + character.charCodeAt(0)) | 0;
    return new Seeded(state);
  }

  /** From 0 up to, but not including, 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** One of the items. Throws for none. */
  pick<T>(items: readonly T[]): T {
    const item = items[Math.floor(this.next() * items.length)];
    if (item === undefined) throw new Error('There is nothing to pick from');
    return item;
  }

  /** Another sequence that depends on this one, so that two users of numbers do not change each other's. */
  fork(): Seeded {
    return new Seeded(Math.floor(this.next() * 4_294_967_296));
  }

  /** Letters and digits that no other caller of the same seed gets, for ids. */
  id(prefix: string): string {
    return `${prefix}${Math.floor(this.next() * 4_294_967_296).toString(36)}${Math.floor(this.next() * 4_294_967_296).toString(36)}`;
  }
}
