import type { ModelEvent, ModelRequest } from './llm.contract.js';
import { AppError } from '../common/errors/app-error.js';
import { badAnswer, interrupted } from './provider-failure.js';
import type { ModelProvider, ProviderChunk } from './providers/model-provider.contract.js';
import { WatchedStream } from './watched-stream.js';

/** Characters of one answer. A model that writes more has lost its way. */
const MAX_ANSWER = 1_000_000;

/** One answer of one provider, opened up to its first text: from there on no other provider may take over. */
export class ModelAnswer {
  private held = '';
  private inputTokens: number | null = null;
  private outputTokens: number | null = null;
  private finishReason: string | null = null;
  private complete = false;

  private constructor(
    private readonly provider: ModelProvider,
    private readonly stream: WatchedStream,
  ) {}

  /**
   * Asks and waits for the first text. In: `silence` in milliseconds.
   * Throws AppError, or an AbortError when `signal` aborts; the connection is closed then.
   */
  static async open(
    provider: ModelProvider,
    request: ModelRequest,
    signal: AbortSignal,
    silence: number,
  ): Promise<ModelAnswer> {
    const stream = new WatchedStream(provider, request, signal, silence);
    const answer = new ModelAnswer(provider, stream);
    try {
      await answer.awaitText();
      return answer;
    } catch (error) {
      stream.close();
      throw error;
    }
  }

  /** The whole answer, once. Throws LLM_INTERRUPTED or LLM_TIMEOUT where it breaks off, or an AbortError. */
  async *events(): AsyncGenerator<ModelEvent> {
    let length = 0;
    try {
      this.stream.begun = true;
      yield { type: 'delta', text: this.held };
      for (;;) {
        const chunk = await this.nextChunk();
        if (!chunk) break;
        this.note(chunk);
        length += chunk.text.length;
        if (length > MAX_ANSWER) throw interrupted();
        if (chunk.text) yield { type: 'delta', text: chunk.text };
      }
      if (!this.finished) throw interrupted();
      yield this.end();
    } finally {
      this.stream.close();
    }
  }

  private get finished(): boolean {
    return this.complete || this.finishReason !== null;
  }

  /** A connection that fails after the model said that it is done harms nothing. */
  private async nextChunk(): Promise<ProviderChunk | undefined> {
    try {
      return await this.stream.next();
    } catch (error) {
      if (this.finished && error instanceof AppError) return undefined;
      throw error;
    }
  }

  /** Leading white space is held back, so that an answer of nothing else is still an empty one. */
  private async awaitText(): Promise<void> {
    while (this.held.trim() === '') {
      const chunk = await this.nextChunk();
      if (!chunk || this.held.length > MAX_ANSWER)
        throw badAnswer('The language model gave an empty answer.');
      this.note(chunk);
      this.held += chunk.text;
    }
  }

  private note(chunk: ProviderChunk): void {
    const before = this.finished;
    this.inputTokens = chunk.inputTokens ?? this.inputTokens;
    this.outputTokens = chunk.outputTokens ?? this.outputTokens;
    this.finishReason = chunk.finishReason ?? this.finishReason;
    this.complete ||= chunk.complete ?? false;
    if (this.finished && !before) this.stream.hurry();
  }

  private end(): ModelEvent {
    return {
      type: 'end',
      provider: this.provider.name,
      model: this.provider.model,
      inputTokens: this.inputTokens,
      outputTokens: this.outputTokens,
      finishReason: this.finishReason,
    };
  }
}
