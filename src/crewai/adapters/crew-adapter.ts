import type { CrewEvent, CrewReference, CrewTask, HumanDecision } from '../crew.contract.js';
import type { CrewLine } from '../wire/crew-line.js';
import type { CrewTarget } from '../wire/crew-target.js';

/** One piece of work at one crew. */
export interface CrewCall {
  readonly task: CrewTask;
  readonly target: CrewTarget;
  readonly line: CrewLine;
  readonly signal: AbortSignal;
  /** Milliseconds that the crew may stay silent. */
  readonly silence: number;
}

/** One contract that crews speak. Knows the wire; who may begin what is decided above it. */
export interface CrewAdapter {
  /** Lets the crew begin; a `reference` with an id follows where the contract has one. */
  begin(call: CrewCall): AsyncIterable<CrewEvent>;
  /** Goes on with work that was begun; absent where the contract cannot. */
  follow?(call: CrewCall, reference: CrewReference): AsyncIterable<CrewEvent>;
  /** Gives a decision and goes on. */
  resume?(call: CrewCall, reference: CrewReference, decision: HumanDecision): AsyncIterable<CrewEvent>;
  /** Asks the crew to stop; nobody waits for it. Out: whether it will. */
  stop?(target: CrewTarget, reference: CrewReference): Promise<boolean>;
  /** A cheap question to the address. Throws where it is not well. */
  check(target: CrewTarget, signal: AbortSignal): Promise<void>;
}
