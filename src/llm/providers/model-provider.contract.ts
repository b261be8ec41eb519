import type { ModelRequest } from '../llm.contract.js';

/** A piece of a call of a tool: the first one of a call has its name. */
export interface ToolCallPiece {
  /** Which call of the answer it belongs to; that of the piece before where absent. */
  readonly index: number | undefined;
  readonly id: string | undefined;
  readonly name: string | undefined;
  /** More of the arguments, which are JSON when put together. */
  readonly text: string;
}

/** What came in one piece from a provider; an empty one is a sign of life. */
export interface ProviderChunk {
  readonly text: string;
  readonly calls?: readonly ToolCallPiece[];
  /** As the provider counted, where it said so. */
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly finishReason?: string;
  /** The protocol's own mark that the answer is complete. */
  readonly complete?: boolean;
}

/** One model behind one address. Knows the wire, nothing of retries, timeouts or other providers. */
export interface ModelProvider {
  readonly name: 'openai' | 'anthropic';
  readonly model: string;
  /** The variable that holds its key, for messages to the operator. */
  readonly keyVariable: string;
  readonly modelVariable: string;
  /** Throws whatever went wrong on the wire. Aborting `signal` closes the connection. */
  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ProviderChunk>;
}

/** The provider answered with something that is not its protocol. */
export class BadAnswerError extends Error {
  override readonly name = 'BadAnswerError';
}
