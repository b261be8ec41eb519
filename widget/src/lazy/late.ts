/** Something that is fetched when it is first needed, once. */
export class Late<T> {
  private found: T | undefined;
  private coming: Promise<void> | undefined;

  constructor(private readonly fetch: () => Promise<T>) {}

  /** What came; undefined until then. */
  get value(): T | undefined {
    return this.found;
  }

  /** Fetches it, unless it is there or on its way. A fetch that failed is done again by the next call. */
  load(): Promise<void> {
    this.coming ??= this.fetch().then(
      (value) => {
        this.found = value;
      },
      () => {
        this.coming = undefined;
      },
    );
    return this.coming;
  }

  /**
   * Fetches it and tells `done` with what came, undefined where the fetch failed; also where it came before the call.
   * Out: a function after which `done` is told nothing more.
   */
  watch(done: (value: T | undefined) => void): () => void {
    let watching = true;
    void this.load().then(() => watching && done(this.found));
    return () => {
      watching = false;
    };
  }
}
