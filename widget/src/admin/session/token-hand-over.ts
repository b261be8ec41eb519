/** A window, as far as messages go. */
export interface Peer {
  postMessage(message: unknown, targetOrigin: string): void;
}

export interface Page {
  readonly parent: unknown;
  readonly opener: unknown;
  addEventListener(type: 'message', listener: (event: Message) => void): void;
  removeEventListener(type: 'message', listener: (event: Message) => void): void;
}

interface Message {
  readonly origin: string;
  readonly source: unknown;
  readonly data: unknown;
}

const TOKEN = 'bizosaas:token';
const WANTED = 'bizosaas:token-wanted';

/**
 * Takes tokens from the page that frames or opened this one, where its origin is among those allowed; every other
 * message is passed over. `ask` tells that page that a token is wanted: a message that says nothing else.
 */
export class TokenHandOver {
  private readonly peers: readonly Peer[];

  constructor(
    private readonly page: Page,
    private readonly origins: readonly string[],
  ) {
    const others = [page.opener, page.parent].filter((one) => one && one !== page);
    this.peers = [...new Set(others)] as Peer[];
  }

  /** Whether there is a page that could hand a token over. */
  get isHosted(): boolean {
    return this.peers.length > 0;
  }

  ask(): void {
    for (const peer of this.peers) peer.postMessage({ type: WANTED }, '*');
  }

  /** Out: a function that ends the listening. */
  listen(take: (token: string) => void): () => void {
    const hear = ({ origin, source, data }: Message): void => {
      if (!this.origins.includes(origin) || !this.peers.includes(source as Peer)) return;
      const token = tokenOf(data);
      if (token) take(token);
    };
    this.page.addEventListener('message', hear);
    return () => this.page.removeEventListener('message', hear);
  }
}

function tokenOf(data: unknown): string | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const { type, token } = data as { type?: unknown; token?: unknown };
  return type === TOKEN && typeof token === 'string' ? token.trim() : undefined;
}
