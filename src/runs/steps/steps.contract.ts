/** A step that a person has to agree to, with its exact arguments. */
export interface ProposedStep {
  readonly approvalId: string;
  /** Of this run; what was done under it is never done again. */
  readonly step: string;
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

export interface PendingApproval extends ProposedStep {
  readonly expiresAt: Date;
}

export type DecisionState = 'approved' | 'refused' | 'expired';

export interface DecidedStep extends ProposedStep {
  readonly state: DecisionState;
  readonly comment: string | null;
}

/** What had been shown of an answer when its run began to wait, and how long it had worked. Milliseconds. */
export interface ShownSoFar {
  readonly text: string;
  readonly parts: readonly unknown[];
  readonly agentName: string | null;
  readonly assistantName: string | null;
  readonly firstTokenMs: number | null;
  readonly durationMs: number;
}

/** With what a run goes on that had waited for a person. Its parts carry the decision already. */
export interface Resumption {
  readonly decision: DecidedStep;
  readonly shown: ShownSoFar;
}

/** `unknown`: an earlier attempt began it and was cut off, so nobody knows whether it was done. */
export type StepState =
  | { readonly state: 'begun' }
  | { readonly state: 'done'; readonly result: unknown }
  | { readonly state: 'unknown' };

export interface StepCall {
  readonly tool: string;
  readonly arguments: unknown;
}

export interface StepOutcome {
  readonly ok: boolean;
  readonly result: unknown;
}

/** Keeps what tools change from being changed twice by one run, also after a takeover. Fenced by the run's epoch. */
export interface StepJournal {
  /**
   * Stores that a step begins, before it does. Throws HandedOver where another node has the run, and an Error for a
   * step that nobody agreed to, or with another call than was agreed to.
   */
  begin(step: string, call: StepCall): Promise<StepState>;
  /** Stores how it ended. Throws HandedOver where another node has the run. */
  end(step: string, outcome: StepOutcome): Promise<void>;
}
