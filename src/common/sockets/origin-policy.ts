const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Which pages may call from a browser: the configured origins, and the service itself on loopback. */
export class OriginPolicy {
  private readonly origins: ReadonlySet<string>;

  constructor(origins: readonly string[]) {
    this.origins = new Set(origins);
  }

  /**
   * In: the headers Origin and Host of a request. Out: whether it may go on.
   * An absent Origin passes: plain clients have none, and a token is needed all the same.
   */
  allows(origin: string | undefined, host: string | undefined): boolean {
    if (origin === undefined || this.origins.has(origin)) return true;
    if (!URL.canParse(origin)) return false;
    const url = new URL(origin);
    return url.origin === origin && url.host === host && LOOPBACK.has(url.hostname);
  }
}
