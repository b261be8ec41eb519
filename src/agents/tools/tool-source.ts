import type { Role } from '../../auth/principal.js';
import type { Tool } from './tool.contract.js';

/** Tools that come and go while the service runs. They stand under the same policy as all others. */
export abstract class ToolSource {
  /** Out: undefined for a tool that is not there now. */
  abstract find(name: string): Tool | undefined;

  /** The names of those tools that an agent has beside the ones of its own list. */
  abstract namesFor(agent: string): readonly string[];

  /** Sentences for what a role would have, with one of the agents, and is not there now. */
  abstract missingFor(role: Role, agents: readonly string[]): readonly string[];
}
