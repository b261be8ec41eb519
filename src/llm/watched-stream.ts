import type { ModelRequest } from './llm.contract.js';
import { aborted, fellSilent, toLlmError } from './provider-failure.js';
import type { ModelProvider, ProviderChunk } from './providers/model-provider.contract.js';

/** Milliseconds for what may follow the end of an answer: counts of tokens, and the end of the body. */
const AFTERMATH = 2000;

/**
 * One call to one provider under watch: it ends with LLM_TIMEOUT when nothing comes for `silence` milliseconds,
 * with an AbortError when the caller stops it, and its connection is closed in either case.
 * Time that the reader takes between two chunks does not count.
 */
export class WatchedStream {
  /** Set once text was handed on; failures then mean a broken answer. */
  begun = false;
  private readonly controller = new AbortController();
  private readonly chunks: AsyncIterator<ProviderChunk>;
  private timer: NodeJS.Timeout;
  private waiting = false;
  private silent = false;
  private ended = false;

  constructor(
    private readonly provider: ModelProvider,
    request: ModelRequest,
    private readonly signal: AbortSignal,
    private readonly silence: number,
  ) {
    this.chunks = provider.stream(request, this.controller.signal)[Symbol.asyncIterator]();
    this.timer = setTimeout(() => this.onTimer(), silence).unref();
    signal.addEventListener('abort', this.onAbort, { once: true });
  }

  /** The next chunk, or nothing at the end. Throws AppError, or an AbortError after the caller's stop. */
  async next(): Promise<ProviderChunk | undefined> {
    if (this.signal.aborted) throw aborted();
    this.waiting = true;
    this.timer.refresh();
    try {
      const result = await this.chunks.next();
      if (result.done) this.ended = true;
      if (this.signal.aborted) throw aborted();
      if (this.silent) throw fellSilent(this.silence);
      return result.done ? undefined : result.value;
    } catch (thrown) {
      this.ended = true;
      if (this.signal.aborted) throw aborted();
      if (this.silent) throw fellSilent(this.silence);
      throw toLlmError(thrown, this.provider, this.begun);
    } finally {
      this.waiting = false;
    }
  }

  /** The answer is complete: what is still to come gets little time. */
  hurry(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.onTimer(), Math.min(AFTERMATH, this.silence)).unref();
  }

  /** Frees the timer and the connection; safe to call twice. */
  close(): void {
    clearTimeout(this.timer);
    this.signal.removeEventListener('abort', this.onAbort);
    if (this.ended) return;
    this.ended = true;
    this.controller.abort();
    this.chunks.return?.().catch(() => undefined);
  }

  private readonly onAbort = (): void => this.controller.abort();

  private onTimer(): void {
    if (!this.waiting) return;
    this.silent = true;
    this.controller.abort();
  }
}
