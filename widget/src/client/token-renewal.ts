import type { TokenSource } from './token-source.js';

const LONGEST_TIMER = 2 ** 31 - 1;

/** Asks the host for a new token before the old one ends, and hands it to the open connection. */
export class TokenRenewal {
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly tokens: TokenSource,
    private readonly renew: (token: string) => Promise<void>,
  ) {}

  plan(): void {
    this.stop();
    const wait = this.tokens.renewIn();
    if (wait !== undefined && wait <= LONGEST_TIMER) this.timer = setTimeout(() => void this.turn(), wait);
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  /** A host that has none right now is asked again a little later. */
  private async turn(): Promise<void> {
    const token = await this.tokens.get().catch(() => undefined);
    if (token) await this.renew(token);
    this.plan();
  }
}
