import type { ModelEvent, ModelRequest } from './llm.contract.js';
import { AppError } from '../common/errors/app-error.js';
import { badAnswer, interrupted, toLlmError } from './provider-failure.js';
import type { ModelProvider, ProviderChunk, ToolCallPiece } from './providers/model-provider.contract.js';
import { ToolCalls } from './tool-calls.js';
import { WatchedStream } from './watched-stream.js';

/** Characters of one answer. A model that writes more has lost its way. */
const MAX_ANSWER = 1_000_000;

/** Why an answer ends that has reached its limit of tokens, in the words of both protocols. */
const CUT: ReadonlySet<string> = new Set(['length', 'max_tokens']);

/** One answer of one provider, opened up to its first text or call: from there on no other provider may take over. */
export class ModelAnswer {
  private held = '';
  private inputTokens: number | null = null;
  private outputTokens: number | null = null;
  private finishReason: string | null = null;
  private complete = false;
  private readonly calls = new ToolCalls();

  private constructor(
    private readonly provider: ModelProvider,
    private readonly stream: WatchedStream,
  ) {}

  /**
   * Asks and waits for the first text or call. In: `silence` in milliseconds.
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
      await answer.awaitBegin();
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
      if (this.held.trim()) yield { type: 'delta', text: this.held };
      for (;;) {
        const chunk = await this.nextChunk();
        if (!chunk) break;
        this.note(chunk);
        length += chunk.text.length;
        if (length > MAX_ANSWER) throw interrupted();
        if (chunk.text) yield { type: 'delta', text: chunk.text };
      }
      if (!this.finished) throw interrupted();
      for (const call of this.calls.finished(CUT.has(this.finishReason ?? '')))
        yield { type: 'tool_call', call };
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
  private async awaitBegin(): Promise<void> {
    while (this.held.trim() === '' && !this.calls.begun) {
      const chunk = await this.nextChunk();
      if (!chunk || this.held.length > MAX_ANSWER)
        throw badAnswer('The language model gave an empty answer.');
      this.note(chunk);
      this.held += chunk.text;
    }
  }

  private note(chunk: ProviderChunk): void {
    const before = this.finished;
    for (const piece of chunk.calls ?? []) this.noteCall(piece);
    this.inputTokens = chunk.inputTokens ?? this.inputTokens;
    this.outputTokens = chunk.outputTokens ?? this.outputTokens;
    this.finishReason = chunk.finishReason ?? this.finishReason;
    this.complete ||= chunk.complete ?? false;
    if (this.finished && !before) this.stream.hurry();
  }

  private noteCall(piece: ToolCallPiece): void {
    try {
      this.calls.add(piece);
    } catch (error) {
      throw toLlmError(error, this.provider, this.stream.begun);
    }
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
