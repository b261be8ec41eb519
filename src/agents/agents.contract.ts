import type { Principal } from '../auth/principal.js';
import type { PastMessage } from '../conversations/conversations.reader.js';
import type { AnswerPart } from '../common/parts/answer-part.contract.js';
import type { Heeded } from '../memory/facts/facts.contract.js';
import type { ShownFacts } from '../memory/memory.contract.js';
import type { Engine } from '../conversations/message.contract.js';

/** A call of a tool that a person has to agree to, with its exact arguments. */
export interface ApprovalRequest {
  readonly approvalId: string;
  /** Of this run; what was done under it is never done again. */
  readonly step: string;
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

export interface ApprovalDecision extends ApprovalRequest {
  readonly state: 'approved' | 'refused' | 'expired';
  readonly comment: string | null;
}

/** `unknown`: an earlier attempt began it and was cut off, so nobody knows whether it was done. */
export type StepState =
  | { readonly state: 'begun' }
  | { readonly state: 'done'; readonly result: unknown }
  | { readonly state: 'unknown' };

/** Keeps what tools change from being changed twice by one run, also after a takeover. Fenced by the run's epoch. */
export interface StepJournal {
  /** Stores that a step begins, before it does. Throws HandedOver where another node has the run. */
  begin(step: string, call: { readonly tool: string; readonly arguments: unknown }): Promise<StepState>;
  /** Stores how it ended. */
  end(step: string, outcome: { readonly ok: boolean; readonly result: unknown }): Promise<void>;
}

/** One question to be answered, as the runner of agents gets it. */
export interface Turn {
  readonly runId: string;
  readonly sessionId: string;
  readonly principal: Principal;
  /** `at`: when it was asked, in milliseconds since 1970; without it no silence before it is seen. */
  readonly question: { readonly id: string; readonly content: string; readonly at?: number };
  /** The agent that the user asked for; already permitted to the role. */
  readonly agentName: string | null;
  /** What the host page said of itself, in this question and before. Data, never policy. */
  readonly context: Readonly<Record<string, unknown>>;
  /** The newest messages before the question, oldest first. */
  readonly past: readonly PastMessage[];
  /** What memory keeps of those before them; only memory reads it. */
  readonly summary?: unknown;
  /** What is remembered of the user, where that is at hand; only memory reads it. */
  readonly facts?: ShownFacts | undefined;
  /** What was done with a wish of the question about memory. */
  readonly heeded?: Heeded | undefined;
  /** What an earlier attempt kept of work that goes on elsewhere. */
  readonly backendRef?: unknown;
  /** What a person decided on the call that this run waited for. */
  readonly decision?: ApprovalDecision | undefined;
  /** What was shown of the answer before a person was asked; what comes now follows it. */
  readonly shown?: { readonly text: string; readonly parts: readonly AnswerPart[] } | undefined;
  /** Absent where nothing that the turn may do has effects. */
  readonly steps?: StepJournal | undefined;
}

export interface AnswerUsage {
  readonly provider: string;
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/**
 * The finished answer. `content` is the whole text: the deltas put together, and the figures of the parts in words.
 * Where there are such, the first part is the text without them.
 */
export interface Answer {
  readonly content: string;
  readonly parts: readonly AnswerPart[];
  readonly agentName: string;
  readonly assistantName: string;
  /** Only where something computed it. */
  readonly confidence: number | null;
  readonly suggestedActions: readonly string[];
  readonly engine: Engine;
  readonly model: string | null;
  /** As the provider counted; null where nothing counted. */
  readonly usage: AnswerUsage | null;
  readonly sources: readonly string[];
  /** More for the answer's metadata, such as a neighbour that was down. */
  readonly notes: Readonly<Record<string, unknown>>;
}

/** What an agent yields while it works, `started` first and `answer` last, or `approval` where a person has to agree. */
export type AgentEvent =
  | { readonly type: 'started'; readonly agentName: string; readonly assistantName: string }
  | { readonly type: 'status'; readonly text: string }
  /** Kept for a takeover, before the next event is asked for; null forgets it. */
  | { readonly type: 'reference'; readonly reference: unknown }
  | { readonly type: 'delta'; readonly text: string }
  | { readonly type: 'part'; readonly part: AnswerPart }
  | { readonly type: 'approval'; readonly request: ApprovalRequest }
  | { readonly type: 'answer'; readonly answer: Answer };
