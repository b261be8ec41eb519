import type { Role } from '../auth/principal.js';

/** What assistants ask of agents: which there are, and who may use them. The feature `agents` provides it. */
export abstract class AgentCatalog {
  /** Names of the agents that a role may use, those that fit it best first. */
  abstract namesFor(role: Role): readonly string[];
  /** True where an agent of exactly this name exists, for whatever role. */
  abstract has(name: string): boolean;
}
