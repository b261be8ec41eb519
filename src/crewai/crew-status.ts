/** How the crews are doing, for the health view. */
export abstract class CrewStatus {
  /** False where no crew is configured. */
  abstract readonly configured: boolean;
  /** Asks every address of crews a cheap question. Rejects where one is not well, or is left alone after failures. */
  abstract check(signal: AbortSignal): Promise<void>;
}
