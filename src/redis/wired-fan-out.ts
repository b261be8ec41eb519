import { type Channel, FanOut, type FanOutState } from './fan-out.js';
import { MemoryFanOut } from './memory-fan-out.js';
import type { Wire } from './wire.js';
import { withinTime } from '../common/within-time.js';

const SETTLE_MS = 500;
/** Characters of one message; a longer one is found in the log. */
const MAX_LENGTH = 4 * 1024 * 1024;

/** Fan-out between nodes: subscribers here are served in memory, other nodes get a copy over a wire. */
export class WiredFanOut extends FanOut {
  private readonly local = new MemoryFanOut();
  private readonly audiences = new Map<string, number>();
  private readonly restored = new Set<() => void>();
  private readonly losses = new Set<() => void>();
  private lost = 0;
  private refused = 0;

  constructor(private readonly wire: Wire) {
    super();
    wire.open({
      onText: (audience, text) => this.receive(audience, text),
      onLost: () => this.lose(),
      onRestored: () => this.restored.forEach((listener) => listener()),
    });
  }

  get node(): string {
    return this.local.node;
  }

  publish<T extends object>(channel: Channel<T>, message: T): void {
    this.local.publishHere(channel, message);
    const text = JSON.stringify([this.node, channel.name, message]);
    if (text.length > MAX_LENGTH || !this.wire.send(channel.audience, text)) this.lose();
  }

  publishHere<T extends object>(channel: Channel<T>, message: T): void {
    this.local.publishHere(channel, message);
  }

  subscribe<T extends object>(channel: Channel<T>, listener: (message: T) => void): () => void {
    const { audience } = channel;
    const leave = this.local.subscribe(channel, listener);
    const others = this.audiences.get(audience) ?? 0;
    this.audiences.set(audience, others + 1);
    if (others === 0) this.wire.listen(audience);
    let here = true;
    return () => {
      if (!here) return;
      here = false;
      leave();
      const left = (this.audiences.get(audience) ?? 1) - 1;
      if (left > 0) this.audiences.set(audience, left);
      else {
        this.audiences.delete(audience);
        this.wire.leave(audience);
      }
    };
  }

  async settled(channel: Channel): Promise<void> {
    await withinTime(this.wire.settled(channel.audience), SETTLE_MS);
  }

  onRestored(listener: () => void): void {
    this.restored.add(listener);
  }

  onLost(listener: () => void): void {
    this.losses.add(listener);
  }

  get state(): FanOutState {
    return { connected: this.wire.connected, lost: this.lost, refused: this.refused };
  }

  private receive(audience: string, text: string): void {
    const parts = text.length > MAX_LENGTH ? undefined : parse(text);
    if (!parts) {
      this.refused += 1;
      return;
    }
    const [node, name, message] = parts;
    if (node === this.node) return;
    const channel = this.local.find(name);
    if (!channel) return;
    if (channel.audience === audience && channel.accepts(message)) this.local.publishHere(channel, message);
    else this.refused += 1;
  }

  private lose(): void {
    this.lost += 1;
    for (const listener of this.losses) listener();
  }
}

/** In: what came over the wire. Out: the sending node, the channel's name and the message; undefined for anything else. */
function parse(text: string): [node: string, name: string, message: unknown] | undefined {
  try {
    const parts: unknown = JSON.parse(text);
    if (!Array.isArray(parts) || parts.length !== 3) return undefined;
    const [node, name, message] = parts as unknown[];
    return typeof node === 'string' && typeof name === 'string' ? [node, name, message] : undefined;
  } catch {
    return undefined;
  }
}
