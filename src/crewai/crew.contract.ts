import { z } from 'zod';
import type { Principal } from '../auth/principal.js';

export const CREW_CONTRACTS = ['sync', 'amp', 'agui'] as const;
export type CrewContract = (typeof CREW_CONTRACTS)[number];

/** What is kept of a crew's work, so that another node goes on with it and nobody begins it twice. */
export const CrewReference = z.object({
  contract: z.enum(CREW_CONTRACTS),
  agent: z.string().max(64),
  /** `starting` is stored before the crew is asked: what stays so may have begun. */
  phase: z.enum(['starting', 'started']),
  /** The crew's own name for its work, where it has one. */
  id: z
    .string()
    .regex(/^[\w.:-]{1,128}$/)
    .optional(),
  /** Of a crew that waits for a person: the approval by which it goes on, and what the decision must name. */
  waits: z.object({ approvalId: z.uuid(), ids: z.array(z.string().max(128)).max(20) }).optional(),
});
export type CrewReference = z.infer<typeof CrewReference>;

export interface CrewPastMessage {
  readonly role: 'user' | 'assistant';
  readonly content: string;
  /** ISO 8601, where it is known. */
  readonly timestamp?: string;
}

/** One question for a crew. */
export interface CrewTask {
  readonly runId: string;
  readonly sessionId: string;
  readonly principal: Principal;
  /** `endpoint`: the agent's path at the Crew service; the one for general questions where absent. */
  readonly agent: { readonly name: string; readonly endpoint?: string | undefined };
  readonly question: string;
  /** Oldest first, without the question. */
  readonly past: readonly CrewPastMessage[];
  /** What the host page said of itself. Data. */
  readonly context: Readonly<Record<string, unknown>>;
  readonly maxTokens?: number;
  /** What an earlier attempt at the same run stored, as it was stored. */
  readonly reference?: unknown;
}

export type Scalar = string | number | boolean | null;

export interface CrewColumn {
  readonly key: string;
  readonly label: string;
  readonly type: 'string' | 'number' | 'boolean' | 'date' | 'datetime';
  readonly unit?: string;
}

/** Rows that a crew gave, as plain data: whoever takes them stores them as a dataset, and checks a chart's `spec`. */
export interface CrewTable {
  readonly kind: 'table' | 'chart';
  readonly title: string;
  readonly columns: readonly CrewColumn[];
  readonly rows: readonly Readonly<Record<string, Scalar>>[];
  /** Rows that the crew gave; more than `rows` where they were too many. */
  readonly total: number;
  readonly source: string;
  /** Of a chart: the view that the crew proposes, unchecked. */
  readonly spec?: Readonly<Record<string, unknown>>;
}

/** A person has to decide before the crew goes on. */
export interface CrewQuestion {
  /** What a decision must name. */
  readonly ids: readonly string[];
  /** The crew's own words. Data. */
  readonly text: string;
}

export interface HumanDecision {
  readonly ids: readonly string[];
  readonly approved: boolean;
  readonly comment: string;
}

export interface CrewResult {
  readonly contract: CrewContract;
  /** As the crew said, from 0 to 1. */
  readonly confidence: number | null;
  readonly suggestedActions: readonly string[];
  readonly tokensUsed: number | null;
  /** Short plain values that the crew added. */
  readonly metadata: Readonly<Record<string, Scalar>>;
}

/**
 * What a crew yields. `reference` must be stored, fenced by the run's epoch, before the next event is asked for;
 * null takes it back. `needs_human` or `end` comes once, as the last.
 */
export type CrewEvent =
  | { readonly type: 'reference'; readonly reference: CrewReference | null }
  | { readonly type: 'progress'; readonly text: string }
  | { readonly type: 'delta'; readonly text: string }
  | { readonly type: 'material'; readonly table: CrewTable }
  | { readonly type: 'needs_human'; readonly question: CrewQuestion }
  | { readonly type: 'end'; readonly result: CrewResult };

/**
 * The port to agents that live elsewhere. What a crew says is data: nothing of it is acted on here.
 * Throws CrewError, or the reason of `signal`; its abort also stops the crew where the protocol can, unless it is
 * `HandedOver`.
 */
export abstract class CrewClient {
  /** Whether a crew answers for this agent. */
  abstract serves(agent: string): boolean;
  /** Lets the crew work; where `task.reference` says that it does already, goes on with that and never begins anew. */
  abstract run(task: CrewTask, signal: AbortSignal): AsyncIterable<CrewEvent>;
  /** Gives the crew of `task.reference` the decision that it asked for, and goes on with it. */
  abstract resume(task: CrewTask, decision: HumanDecision, signal: AbortSignal): AsyncIterable<CrewEvent>;
  /** Asks the crew of a reference to stop, where it can; for a run that ends unanswered. Best effort: nobody waits. */
  abstract abandon(runId: string, reference: unknown): void;
}
