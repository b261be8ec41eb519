import { z } from 'zod';

const count = z.int().min(0);

const Call = z.object({ id: z.string(), name: z.string(), arguments: z.string() });

const Message = z.discriminatedUnion('role', [
  z.object({ role: z.literal('user'), content: z.string() }),
  z.object({ role: z.literal('assistant'), content: z.string(), calls: z.array(Call).optional() }),
  z.object({ role: z.literal('tool'), callId: z.string(), content: z.string() }),
]);

/** What a model's answer has come to, between two steps of it. JSON, so that any node can go on with it. */
export const LoopState = z.object({
  system: z.string(),
  messages: z.array(Message),
  /** Requests to the model, calls of tools, and calls that a person was asked about. */
  rounds: count,
  calls: count,
  asked: count,
  /** Tokens that the model wrote so far, and characters of results that it was given. */
  written: count,
  given: count,
  usage: z
    .object({ provider: z.string(), model: z.string(), inputTokens: count, outputTokens: count })
    .nullable(),
  /** Names of tools, in their order. */
  ran: z.array(z.string()),
  failed: z.array(z.string()),
  /** Tools that the user did not agree to. */
  declined: z.array(z.string()),
  missing: z.array(z.string()),
  extracts: z.array(z.object({ title: z.string(), locator: z.string(), quote: z.string() })),
  /** Places in `extracts` that were cited. */
  cited: z.array(count),
  hasDatasets: z.boolean(),
  /** The agent that the model named in a close call. */
  settled: z.string().nullable(),
  /** What the model was given of the conversation, for the answer's metadata. */
  context: z.record(z.string(), z.unknown()).optional(),
});
export type LoopState = z.infer<typeof LoopState>;

/** Text and figures that were shown since the model's answer was begun or gone on with. */
const Shown = z.union([
  z.object({ text: z.string() }),
  z.object({ tool: z.enum(['show_chart', 'show_table', 'show_metric']), arguments: z.unknown() }),
  z.object({ cited: count }),
]);
export type Shown = z.infer<typeof Shown>;

/** What is kept of a model's answer while a person decides on one of its calls. */
export const Continuation = z.object({
  kind: z.literal('model'),
  version: z.literal(1),
  state: LoopState,
  /** The call that waits, and those of the same turn that come after it. */
  callId: z.string(),
  rest: z.array(Call),
  request: z.object({
    approvalId: z.string(),
    step: z.string(),
    tool: z.string(),
    arguments: z.record(z.string(), z.unknown()),
  }),
  shown: z.array(Shown),
});
export type Continuation = z.infer<typeof Continuation>;

/** In: what a run kept for a takeover. Out: nothing where it is no continuation of a model's answer. */
export function toContinuation(reference: unknown): Continuation | undefined {
  const parsed = Continuation.safeParse(reference);
  return parsed.success ? parsed.data : undefined;
}

export function newState(system: string, messages: LoopState['messages']): LoopState {
  return {
    ...{ system, messages, rounds: 0, calls: 0, asked: 0, written: 0, given: 0, usage: null },
    ...{ ran: [], failed: [], declined: [], missing: [], extracts: [], cited: [] },
    ...{ hasDatasets: false, settled: null },
  };
}
