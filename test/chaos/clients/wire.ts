import type { Ended, GotEvent, Place } from '../record/entries.js';

/** How an operation ended. */
export type Reply = Omit<Ended, 'op'>;

export interface Question {
  readonly key: string;
  readonly content: string;
}

/** What a connection tells of its own accord. */
export interface Listener {
  onAnswer(got: GotEvent): void;
  onCreated(created: { message: string; position?: number; run?: string }): void;
  onClosed(): void;
}

export interface Address {
  readonly url: string;
  readonly token: string;
  readonly session: string;
}

/** One connection of one transport. Its methods never throw: what is not known is `unknown`. */
export interface Wire {
  readonly open: boolean;
  send(question: Question): Promise<Reply>;
  stop(run: string): Promise<Reply>;
  retry(run: string): Promise<Reply>;
  resume(run: string, from: Place): Promise<Reply>;
  /** Ends the connection without a word. */
  cut(): void;
}

/** Opens a connection; rejects where the node cannot be reached. */
export type OpenWire = (address: Address, listener: Listener) => Promise<Wire>;

/** Milliseconds that an answer to an operation may take before it is unknown. */
export const REPLY_LIMIT = 10_000;
export const CONNECT_LIMIT = 8_000;

export const UNKNOWN: Reply = { kind: 'unknown' };

export type Refusal = { status?: number; code?: string } | undefined;

/** In: an error body of the service. Out: refused for good, or not known: a server's failure may come after a commit. */
export function refusal(error: Refusal): Reply {
  const status = error?.status ?? 500;
  return {
    kind: status >= 500 ? 'unknown' : 'fail',
    ...(error?.code === undefined ? {} : { code: error.code }),
  };
}

/** In: an answer event as it came. Out: what the record keeps of it. */
export function toGot(event: any): GotEvent {
  const { message } = event;
  return {
    event: event.event,
    run: event.run_id,
    epoch: event.epoch,
    seq: event.seq,
    ...(event.text === undefined ? {} : { text: event.text }),
    ...(message === undefined
      ? {}
      : { message: message && { id: message.id, content: message.content, state: message.metadata?.state } }),
  };
}

/** The value of a promise, or `otherwise` when it takes too long or fails. */
export async function within<T, U>(ms: number, work: Promise<T>, otherwise: U): Promise<T | U> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<U>((done) => (timer = setTimeout(() => done(otherwise), ms)));
  try {
    return await Promise.race([work, late]);
  } catch {
    return otherwise;
  } finally {
    clearTimeout(timer);
  }
}
