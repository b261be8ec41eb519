/** A set that forgets its oldest members beyond `limit`. */
export class BoundedSet<T> {
  private readonly members = new Set<T>();

  constructor(private readonly limit: number) {}

  /** Out: the member that was forgotten for this one, if any. */
  add(member: T): T | undefined {
    this.members.delete(member);
    this.members.add(member);
    if (this.members.size <= this.limit) return undefined;
    const [oldest] = this.members;
    this.members.delete(oldest as T);
    return oldest;
  }

  has(member: T): boolean {
    return this.members.has(member);
  }

  /** Out: whether it was a member. */
  delete(member: T): boolean {
    return this.members.delete(member);
  }
}
