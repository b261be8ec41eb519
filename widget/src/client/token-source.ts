import { claimsOf } from './identity.js';

export type GetToken = () => string | Promise<string>;

const RENEW_BEFORE = 60_000;
const RENEW_LEAST = 15_000;

/** Where tokens come from: given by the host, or asked of it when one is missing or about to end. */
export class TokenSource {
  private readonly getToken: GetToken | undefined;
  private token: string | undefined;
  private asking: Promise<string | undefined> | undefined;

  constructor(token: string | undefined, getToken: GetToken | undefined) {
    this.token = token;
    this.getToken = getToken;
  }

  /** The newest token known, without asking for another. */
  get current(): string | undefined {
    return this.token;
  }

  get renewable(): boolean {
    return this.getToken !== undefined;
  }

  /** A token that is not about to end, where the host can give one. Rejects when the host's function does. */
  async get(): Promise<string | undefined> {
    if (!this.getToken || (this.token && this.lifetime() > RENEW_BEFORE)) return this.token;
    this.asking ??= Promise.resolve(this.getToken())
      .then((token) => (this.token = token || undefined))
      .finally(() => (this.asking = undefined));
    return this.asking;
  }

  /** Milliseconds until the token should be renewed; undefined where nothing can renew it. */
  renewIn(): number | undefined {
    if (!this.getToken || !this.token) return undefined;
    const left = this.lifetime();
    return left === Infinity ? undefined : Math.max(RENEW_LEAST, left - RENEW_BEFORE);
  }

  set(token: string): void {
    this.token = token;
  }

  /** Forgets a token that was refused. Out: whether another can be asked for. */
  refused(): boolean {
    if (!this.getToken) return false;
    this.token = undefined;
    return true;
  }

  private lifetime(): number {
    const end = claimsOf(this.token).expiresAt;
    return end === undefined ? Infinity : end - Date.now();
  }
}
