import { ChatError, unreachable } from '../chat-error.js';
import type { Transport, TransportListener } from '../transport.js';
import type { AnswerEvent, Message } from '../wire.js';

type Frame =
  | { readonly kind: 'answer'; readonly event: AnswerEvent }
  | { readonly kind: 'created'; readonly message: Message }
  | { readonly kind: 'ack'; readonly settle: () => void };

/** The other end. */
interface Service {
  readonly connections: SimulatedConnection[];
  handle(event: string, payload: Record<string, unknown>, connection: SimulatedConnection): object;
}

interface Request {
  readonly event: string;
  readonly payload: Record<string, unknown>;
  readonly resolve: (ack: unknown) => void;
  readonly reject: (error: unknown) => void;
}

const PATIENCE = 15_000;

/** A connection whose frames move only when the test says so, in whatever order and number it says. */
export class SimulatedConnection implements Transport {
  connected = false;
  readonly requests: Request[] = [];
  readonly frames: Frame[] = [];
  private heard = 0;

  constructor(
    private readonly service: Service,
    private readonly listener: TransportListener,
    /** Whether the network lets anybody through. */
    private readonly reachable: () => boolean,
  ) {}

  connect(): void {
    if (this.connected) return;
    if (!this.reachable()) {
      this.listener.down();
      return;
    }
    this.connected = true;
    this.service.connections.push(this);
    this.listener.up();
  }

  request<T>(event: string, payload: object, patience = PATIENCE): Promise<T> {
    if (!this.connected) return Promise.reject(unreachable());
    return new Promise<T>((resolve, reject) => {
      const { heard } = this;
      const timer = setTimeout(() => {
        if (this.heard === heard) this.cut();
        reject(unreachable());
      }, patience);
      const settled = (run: () => void) => {
        clearTimeout(timer);
        run();
      };
      this.requests.push({
        event,
        payload: payload as Record<string, unknown>,
        resolve: (ack) => settled(() => resolve(ack as T)),
        reject: (error) => settled(() => reject(error as Error)),
      });
    });
  }

  close(): void {
    this.leave();
  }

  push(frame: Frame): void {
    this.frames.push(frame);
  }

  /** The service gets the next request; its answer is on its way. */
  serve(): void {
    const request = this.requests.shift();
    if (!request) return;
    try {
      const ack = this.service.handle(request.event, request.payload, this);
      this.push({ kind: 'ack', settle: () => request.resolve(ack) });
    } catch (thrown) {
      if (!(thrown instanceof ChatError)) throw thrown;
      this.push({ kind: 'ack', settle: () => request.reject(thrown) });
    }
  }

  /** The client gets the next frame. */
  deliver(): void {
    const frame = this.frames.shift();
    if (!frame) return;
    this.heard += 1;
    if (frame.kind === 'ack') frame.settle();
    else if (frame.kind === 'answer') this.listener.answer(frame.event);
    else this.listener.created(frame.message);
  }

  /** An event of an answer is lost on its way to the service's own socket. */
  lose(): void {
    const index = this.frames.findIndex(({ kind }) => kind === 'answer');
    if (index >= 0) this.frames.splice(index, 1);
  }

  repeat(): void {
    const frame = this.frames.find(({ kind }) => kind === 'answer');
    if (frame) this.frames.push(frame);
  }

  /** The next event of an answer comes after everything else. */
  delay(): void {
    const index = this.frames.findIndex(({ kind }) => kind === 'answer');
    if (index >= 0) this.frames.push(...this.frames.splice(index, 1));
  }

  cut(): void {
    if (!this.connected) return;
    this.leave();
    this.listener.down();
  }

  private leave(): void {
    this.connected = false;
    const { connections } = this.service;
    if (connections.includes(this)) connections.splice(connections.indexOf(this), 1);
    this.frames.length = 0;
    for (const request of this.requests.splice(0)) request.reject(unreachable());
  }
}
