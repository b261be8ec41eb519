import type { IncomingMessage } from 'node:http';
import { createParser } from 'eventsource-parser';
import { OutboundFailure, sendOutbound } from '../../common/http/outbound.js';
import type { CrewEvent } from '../crew.contract.js';
import { badAnswer, interrupted } from '../crew.errors.js';
import { type CrewRequest, failureOf, headersOf, secondsOf, toFailure } from '../wire/crew-http.js';
import type { AguiReader } from './agui-reader.js';

/** Characters of one event, and bytes of a whole stream. */
const MAX_EVENT = 1024 * 1024;
const MAX_BYTES = 32 * 1024 * 1024;

export interface AguiTerms {
  /** Milliseconds without a byte. */
  readonly silence: number;
  readonly signal: AbortSignal;
}

/** One open stream of an AG-UI crew, under watch for silence and size. */
export class AguiStream {
  private readonly quiet = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private readonly waiting: CrewEvent[] = [];
  private pieces: AsyncIterator<Buffer> | undefined;
  private body: IncomingMessage | undefined;
  private size = 0;
  /** False while whoever reads the events takes its time. */
  private listening = true;
  private broken: Error | undefined;

  private readonly parser = createParser({
    maxBufferSize: MAX_EVENT,
    onEvent: ({ data }) => void this.waiting.push(...this.reader.take(data)),
    onError: (error) => {
      if (error.type === 'max-buffer-size-exceeded')
        throw badAnswer('The crew sent an event that is too large.');
    },
  });
  private readonly decoder = new TextDecoder();

  private constructor(
    private readonly reader: AguiReader,
    private readonly terms: AguiTerms,
  ) {
    this.timer = setTimeout(() => this.onTimer(), terms.silence).unref();
  }

  /** Sends the request and waits for the first event that says something. Throws CrewError or the reason of the signal. */
  static async open(request: CrewRequest, reader: AguiReader, terms: AguiTerms): Promise<AguiStream> {
    const stream = new AguiStream(reader, terms);
    try {
      await stream.send(request);
      while (stream.waiting.length === 0 && !reader.over) await stream.read();
      return stream;
    } catch (error) {
      stream.close();
      throw toFailure(error, terms.signal, terms.silence);
    }
  }

  /** The events from the first on. */
  async *events(): AsyncGenerator<CrewEvent> {
    try {
      for (;;) {
        yield* this.waiting.splice(0);
        if (this.reader.over) return;
        await this.read();
      }
    } catch (error) {
      throw toFailure(error, this.terms.signal, this.terms.silence);
    } finally {
      this.close();
    }
  }

  private async send(request: CrewRequest): Promise<void> {
    const message = await sendOutbound({
      method: request.method,
      url: request.url,
      headers: { ...headersOf(request), accept: 'text/event-stream' },
      body: JSON.stringify(request.body),
      signal: AbortSignal.any([this.terms.signal, this.quiet.signal]),
    });
    this.body = message;
    const retryAfter = secondsOf(message.headers['retry-after']);
    const failure = failureOf({ status: message.statusCode ?? 0, retryAfter });
    if (failure) throw failure;
    if (!message.headers['content-type']?.startsWith('text/event-stream'))
      throw badAnswer('The crew does not answer as the protocol AG-UI wants it.');
    this.pieces = message.iterator({ destroyOnReturn: true })[Symbol.asyncIterator]();
  }

  /** What an event says is handed on before the failure that came with it in one piece. */
  private async read(): Promise<void> {
    if (this.broken) throw this.broken;
    this.listening = true;
    this.timer.refresh();
    const piece = await this.pieces?.next().catch((error: unknown) => {
      throw error instanceof OutboundFailure ? error : interrupted(error);
    });
    this.listening = false;
    if (!piece || piece.done) throw interrupted();
    this.size += piece.value.length;
    if (this.size > MAX_BYTES) throw badAnswer('The crew gave an answer that is too large.');
    try {
      this.parser.feed(this.decoder.decode(piece.value, { stream: true }));
    } catch (error) {
      if (this.waiting.length === 0) throw error;
      this.broken = error as Error;
    }
  }

  private onTimer(): void {
    if (this.listening) this.quiet.abort();
  }

  private close(): void {
    clearTimeout(this.timer);
    this.body?.destroy();
  }
}
