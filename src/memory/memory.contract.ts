import type { Principal } from '../auth/principal.js';
import type { PastMessage } from '../conversations/conversations.reader.js';
import type { ModelMessage, ModelRequest, ModelTool } from '../llm/llm.contract.js';
import type { Fact, Heeded } from './facts/facts.contract.js';

/** The question that is about to be asked, and where it stands. */
export interface MemoryTurn {
  readonly principal: Principal;
  readonly sessionId: string;
  /** `at`: when it was asked, in milliseconds since 1970. */
  readonly question: { readonly id: string; readonly content: string; readonly at?: number };
  readonly context: Readonly<Record<string, unknown>>;
  /** The newest messages before the question, oldest first. */
  readonly past: readonly PastMessage[];
  /** What is kept of older turns, as it was stored. */
  readonly summary?: unknown;
  /** What is remembered of the user, where that is at hand. */
  readonly facts?: ShownFacts | undefined;
  /** What was done with a wish of the question about memory. */
  readonly heeded?: Heeded | undefined;
  /** Added to the system prompt of the role. */
  readonly instructions?: string;
  /** What is sent along beside the messages. */
  readonly tools?: readonly ModelTool[];
}

/** What is remembered of a user, newest first, as far as it may be shown. */
export type ShownFacts = readonly Pick<Fact, 'text' | 'kind'>[];

/** A turn with what is remembered of its user. */
export interface SeenTurn extends MemoryTurn {
  readonly facts: ShownFacts;
}

export interface MemoryLimits {
  /** Messages of the conversation, the question included. */
  readonly maxMessages: number;
  /** Tokens of everything that the model is given to begin with, its tools not included. */
  readonly maxTokens: number;
}

/** What a model was given and what it was not, for the answer's metadata. */
export interface ContextTrace {
  /** Estimated tokens of system prompt and messages. */
  readonly tokens: number;
  /** Earlier turns that were shown whole. */
  readonly turns: number;
  /** True where a summary of older turns was shown. */
  readonly summary?: true;
  /** Facts about the user that were shown. */
  readonly facts?: number;
  /** Earlier turns at hand that were not shown whole, and sources that found no space. */
  readonly left_out?: { readonly turns?: number; readonly facts?: number; readonly page_context?: true };
}

export interface SeenContext extends ModelRequest {
  readonly trace: ContextTrace;
}

/** What a model counted for work that was done beside an answer. */
export interface BackgroundUsage {
  readonly provider: string;
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** An answer after which something is kept of its conversation. */
export interface AnsweredTurn {
  readonly tenantId: string;
  readonly userId: string;
  readonly sessionId: string;
  readonly runId: string;
  readonly answerId: string;
}

/** Space that is left for a source. */
export interface Room {
  readonly tokens: number;
  readonly messages: number;
}

/** What a source shows in the space that it was given. */
export interface Shown {
  readonly messages: readonly ModelMessage[];
  readonly tokens: number;
  readonly trace: Partial<Omit<ContextTrace, 'tokens'>>;
}

/** In: texts, and the count above which the exact one does not matter. Out: tokens as messages of their own. */
export type CountTokens = (texts: readonly string[], enough: number) => Promise<number>;
