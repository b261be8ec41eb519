import type { MessageLink } from '../common/ipc/message-link.js';
import type { Wire, WireEvents } from './wire.js';

/** Kinds of messages between the wire of a worker and the supervisor's relay. */
export const IPC = {
  /** Both ways: `IpcText[]`. */
  texts: 'fan-out/texts',
  listen: 'fan-out/listen',
  leave: 'fan-out/leave',
  /** Both ways: texts were dropped, because somebody read too slowly. */
  missed: 'fan-out/missed',
} as const;

export type IpcText = readonly [audience: string, text: string];

const LISTEN_WITHIN_MS = 60_000;
const MAX_WAITING = 8 * 1024 * 1024;

/** Texts between workers of one machine: the supervisor passes them on to the workers that listen. */
export class IpcWire implements Wire {
  private readonly audiences = new Map<string, Promise<unknown>>();
  private events: WireEvents | undefined;
  private batch: IpcText[] = [];
  private batchSize = 0;
  private dropped = false;

  constructor(private readonly link: MessageLink) {}

  open(events: WireEvents): void {
    this.events = events;
    this.link.on<readonly IpcText[]>(IPC.texts, (texts) => {
      for (const [audience, text] of texts) if (this.audiences.has(audience)) events.onText(audience, text);
    });
    this.link.on(IPC.missed, () => events.onRestored());
  }

  get connected(): boolean {
    return true;
  }

  send(audience: string, text: string): boolean {
    if (this.link.waiting + this.batchSize + text.length > MAX_WAITING) {
      this.dropped = true;
      return false;
    }
    if (this.batch.length === 0) setImmediate(() => this.flush());
    this.batch.push([audience, text]);
    this.batchSize += text.length;
    return true;
  }

  listen(audience: string): void {
    this.audiences.set(audience, this.link.ask(IPC.listen, audience, LISTEN_WITHIN_MS));
  }

  leave(audience: string): void {
    this.audiences.delete(audience);
    this.link.say(IPC.leave, audience);
  }

  async settled(audience: string): Promise<void> {
    await this.audiences.get(audience);
  }

  /** What one turn of the event loop published is one message. */
  private flush(): void {
    const { batch, batchSize } = this;
    this.batch = [];
    this.batchSize = 0;
    if (!this.link.say(IPC.texts, batch, batchSize)) {
      this.dropped = true;
      for (const _text of batch) this.events?.onLost();
    } else if (this.dropped) {
      this.dropped = !this.link.say(IPC.missed);
    }
  }
}
