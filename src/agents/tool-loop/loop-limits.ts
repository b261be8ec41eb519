import type { LoopState } from './loop-state.js';

/** Requests to a model in which it may call tools; one more, in which it may not, always follows where it must. */
export const MAX_ROUNDS = 6;
/** Calls of tools in one answer. */
export const MAX_CALLS = 16;
/** Calls in one answer that a person is asked about. */
export const MAX_ASKED = 3;
/** Characters of results that a model is given in one answer. */
export const MAX_GIVEN = 60_000;

/** Whether the model has had its share, so that it must answer now. In: tokens that it may write before it does. */
export function mustAnswer({ rounds, calls, written, given }: LoopState, maxWritten: number): boolean {
  return rounds >= MAX_ROUNDS || calls >= MAX_CALLS || given >= MAX_GIVEN || written >= maxWritten;
}
