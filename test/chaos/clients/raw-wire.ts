import { WebSocket } from 'ws';
import type { Place } from '../record/entries.js';
import {
  type Address,
  CONNECT_LIMIT,
  type Listener,
  type Question,
  refusal,
  type Reply,
  REPLY_LIMIT,
  toGot,
  UNKNOWN,
  type Wire,
  within,
} from './wire.js';

/** Frames have no ids but an `ack` has the client's: so one operation at a time, in order. */
class RawWire implements Wire {
  private waiting: { take: (frame: any) => boolean; settle: (reply: Reply) => void } | undefined;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly socket: WebSocket,
    private readonly listener: Listener,
  ) {
    socket.on('message', (data) => this.hear(JSON.parse(String(data))));
    socket.on('close', () => {
      this.waiting?.settle(UNKNOWN);
      listener.onClosed();
    });
  }

  get open(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  send({ key, content }: Question): Promise<Reply> {
    return this.ask(
      { type: 'message', content, client_message_id: key },
      ({ type, metadata }) => type === 'ack' && metadata.client_message_id === key,
    );
  }

  /** A stop has no answer of its own; the pong behind it says that it was handled. */
  async stop(run: string): Promise<Reply> {
    return this.ask({ type: 'stop', run_id: run }, ({ type }) => type === 'pong', true);
  }

  /** A retry has no answer of its own; its run is seen when it begins. */
  async retry(run: string): Promise<Reply> {
    return this.ask({ type: 'retry', run_id: run }, ({ type }) => type === 'pong', true);
  }

  resume(run: string, from: Place): Promise<Reply> {
    const frame = { type: 'resume', run_id: run, epoch: from.epoch, after_seq: from.seq };
    return this.ask(frame, ({ type }) => type === 'pong', true);
  }

  cut(): void {
    this.socket.terminate();
  }

  private ask(frame: object, take: (frame: any) => boolean, ping = false): Promise<Reply> {
    const asked = this.turn.then(() => {
      if (!this.open) return UNKNOWN;
      const answered = new Promise<Reply>((settle) => (this.waiting = { take, settle }));
      this.socket.send(JSON.stringify(frame));
      if (ping) this.socket.send('{"type":"ping"}');
      return within(REPLY_LIMIT, answered, UNKNOWN);
    });
    this.turn = asked;
    return asked.finally(() => (this.waiting = undefined));
  }

  private hear(frame: any): void {
    if (frame.type === 'event') {
      this.listener.onAnswer(toGot(frame));
    } else if (this.waiting?.take(frame)) {
      const { message_id: message, run_id: run } = frame.metadata;
      this.waiting.settle({ kind: 'ok', ...(message ? { message } : {}), ...(run ? { run } : {}) });
    } else if (frame.type === 'message' && frame.metadata.message_type === 'user') {
      const { message_id: message, run_id: run } = frame.metadata;
      this.listener.onCreated({ message, run });
    } else if (frame.type === 'error' && frame.metadata.run_id === undefined) {
      this.waiting?.settle(refusal(frame.metadata));
    }
  }
}

/** A raw WebSocket with `?stream=true`. */
export function openRaw({ url, token, session }: Address, listener: Listener): Promise<Wire> {
  const address = `${url.replace('http', 'ws')}/chat/ws/${session}?stream=true&token=${token}`;
  const socket = new WebSocket(address, { handshakeTimeout: CONNECT_LIMIT, perMessageDeflate: false });
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.once('close', (code) => reject(new Error(`Closed with ${code}`)));
    const timer = setTimeout(() => socket.terminate(), CONNECT_LIMIT);
    socket.once('message', () => {
      clearTimeout(timer);
      resolve(new RawWire(socket, listener));
    });
  });
}
