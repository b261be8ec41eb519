export interface ProviderState {
  readonly name: 'openai' | 'anthropic';
  /** Null where the provider is not configured. */
  readonly model: string | null;
  /** `unknown` until the first call. */
  readonly state: 'up' | 'down' | 'not_configured' | 'unknown';
  /** The code of the last failure, where the last call failed. */
  readonly lastError?: string;
}

/** How the language models are doing, told from the calls that were made: nobody is asked, and no token is spent. */
export abstract class LlmStatus {
  /** One entry for each provider that the service knows, the configured ones in the order in which they are asked. */
  abstract providers(): ProviderState[];
}
