import type { RedisLink } from './redis-link.js';
import type { Wire, WireEvents } from './wire.js';

/** Characters that may wait for Redis. What comes on top is lost, and counted. */
const MAX_IN_FLIGHT = 8 * 1024 * 1024;
const CHANNELS_A_COMMAND = 1000;

interface Listening {
  readonly settled: Promise<void>;
  readonly settle: () => void;
}

/** Texts between nodes by Redis pub/sub: one channel an audience, subscribed only while somebody here listens. */
export class RedisWire implements Wire {
  private readonly audiences = new Map<string, Listening>();
  private readonly prefix: string;
  private events: WireEvents | undefined;
  private added: string[] = [];
  private removed: string[] = [];
  private flushing = false;
  private inFlight = 0;

  constructor(private readonly link: RedisLink) {
    this.prefix = `${link.key('fan-out')}/`;
  }

  open(events: WireEvents): void {
    this.events = events;
    this.link.onUp(() => void this.restore());
  }

  get connected(): boolean {
    return this.link.up;
  }

  send(audience: string, text: string): boolean {
    if (!this.link.up || this.inFlight + text.length > MAX_IN_FLIGHT) return false;
    this.inFlight += text.length;
    this.link.client
      .publish(this.prefix + audience, text)
      .catch(() => this.events?.onLost())
      .finally(() => (this.inFlight -= text.length));
    return true;
  }

  listen(audience: string): void {
    let settle = (): void => undefined;
    const settled = new Promise<void>((resolve) => (settle = resolve));
    this.audiences.set(audience, { settled, settle });
    this.added.push(audience);
    this.flushSoon();
  }

  leave(audience: string): void {
    this.audiences.delete(audience);
    this.removed.push(audience);
    this.flushSoon();
  }

  async settled(audience: string): Promise<void> {
    await this.audiences.get(audience)?.settled;
  }

  /** Changes of one turn of the event loop are one command; while Redis is down nothing is asked of it. */
  private flushSoon(): void {
    if (this.flushing) return;
    this.flushing = true;
    setImmediate(() => {
      this.flushing = false;
      const added = this.added.filter((audience) => this.audiences.has(audience));
      const removed = this.removed.filter((audience) => !this.audiences.has(audience));
      this.added = [];
      this.removed = [];
      if (!this.link.up) return;
      if (removed.length > 0) this.unsubscribe(removed);
      if (added.length > 0) void this.subscribe(added);
    });
  }

  /** Out: whether all of them are subscribed now. */
  private async subscribe(audiences: readonly string[]): Promise<boolean> {
    try {
      for (let from = 0; from < audiences.length; from += CHANNELS_A_COMMAND) {
        const some = audiences.slice(from, from + CHANNELS_A_COMMAND);
        await this.link.client.subscribe(
          some.map((audience) => this.prefix + audience),
          this.onMessage,
        );
        for (const audience of some) this.audiences.get(audience)?.settle();
      }
      return true;
    } catch {
      return false;
    }
  }

  private unsubscribe(audiences: readonly string[]): void {
    const channels = audiences.map((audience) => this.prefix + audience);
    this.link.client.unsubscribe(channels, this.onMessage).catch(() => undefined);
  }

  private readonly onMessage = (text: string, channel: string): void => {
    const audience = channel.slice(this.prefix.length);
    if (this.audiences.has(audience)) this.events?.onText(audience, text);
    else if (this.link.up) this.unsubscribe([audience]);
  };

  /** The client subscribes again by itself to what it knew; what came meanwhile is added. */
  private async restore(): Promise<void> {
    if (await this.subscribe([...this.audiences.keys()])) this.events?.onRestored();
  }
}
