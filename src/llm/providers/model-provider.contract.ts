import type { ModelRequest } from '../llm.contract.js';

/** What came in one piece from a provider; an empty one is a sign of life. */
export interface ProviderChunk {
  readonly text: string;
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
