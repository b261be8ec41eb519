/** A call that a model wants made. */
export interface ModelToolCall {
  /** By which the result is found again; letters, digits, `_` and `-`, at most 40. */
  readonly id: string;
  readonly name: string;
  /** As the model wrote them: JSON if all is well. */
  readonly arguments: string;
}

export type ModelMessage =
  | { readonly role: 'user'; readonly content: string }
  | {
      readonly role: 'assistant';
      readonly content: string;
      /** Each is followed by a message with its result. */
      readonly calls?: readonly ModelToolCall[];
    }
  | { readonly role: 'tool'; readonly callId: string; readonly content: string };

/** A tool as a model is told of it. */
export interface ModelTool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of an object. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface ModelRequest {
  readonly system: string;
  /** Oldest first; the last one is the question, or the result of a call. */
  readonly messages: readonly ModelMessage[];
  readonly tools?: readonly ModelTool[] | undefined;
  /** The tools are there for what was called before; none is to be called any more. */
  readonly answerNow?: boolean | undefined;
  /** MAX_OUTPUT_TOKENS where absent, and never more. */
  readonly maxOutputTokens?: number | undefined;
}

/** What a model yields: text as it comes, then the calls that it wants made, each whole, then one `end`. Counts are the provider's own. */
export type ModelEvent =
  | { readonly type: 'delta'; readonly text: string }
  | { readonly type: 'tool_call'; readonly call: ModelToolCall }
  | {
      readonly type: 'end';
      readonly provider: string;
      readonly model: string;
      readonly inputTokens: number | null;
      readonly outputTokens: number | null;
      readonly finishReason: string | null;
      /** The provider takes no tools, so it was asked without those of the request. */
      readonly withoutTools?: true;
    };

/** The port to language models. Behind it: LangChain's clients, a fallback, timeouts. */
export abstract class LanguageModel {
  /** False where no provider is configured. */
  abstract readonly configured: boolean;
  /**
   * Streams an answer. Falls back to the other provider only before the first token or call.
   * Throws AppError with a code of llm.errors.ts, or an AbortError when `signal` aborts; the upstream connection is then closed.
   * What arrives in one piece is one delta; white space before the first word comes together with it.
   */
  abstract stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelEvent>;
}
