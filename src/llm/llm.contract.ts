export interface ModelMessage {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

export interface ModelRequest {
  readonly system: string;
  /** Oldest first; the last one is the question. */
  readonly messages: readonly ModelMessage[];
  /** MAX_OUTPUT_TOKENS where absent, and never more. */
  readonly maxOutputTokens?: number | undefined;
}

/** What a model yields: text as it comes, then one `end`. Counts are the provider's own. */
export type ModelEvent =
  | { readonly type: 'delta'; readonly text: string }
  | {
      readonly type: 'end';
      readonly provider: string;
      readonly model: string;
      readonly inputTokens: number | null;
      readonly outputTokens: number | null;
      readonly finishReason: string | null;
    };

/** The port to language models. Behind it: LangChain's clients, a fallback, timeouts. */
export abstract class LanguageModel {
  /** False where no provider is configured. */
  abstract readonly configured: boolean;
  /**
   * Streams an answer. Falls back to the other provider only before the first token.
   * Throws AppError with a code of llm.errors.ts, or an AbortError when `signal` aborts; the upstream connection is then closed.
   * What arrives in one piece is one delta; white space before the first word comes together with it.
   */
  abstract stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelEvent>;
}
