/** A set that forgets its oldest members beyond `limit`. */
export class BoundedSet<T> {
  private readonly members = new Set<T>();

  constructor(private readonly limit: number) {}

  add(member: T): void {
    this.members.delete(member);
    this.members.add(member);
    if (this.members.size <= this.limit) return;
    const [oldest] = this.members;
    this.members.delete(oldest as T);
  }

  has(member: T): boolean {
    return this.members.has(member);
  }

  /** Out: whether it was a member. */
  delete(member: T): boolean {
    return this.members.delete(member);
  }
}
