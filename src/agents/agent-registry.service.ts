import type { Role } from '../auth/principal.js';
import { AgentCatalog } from '../assistants/agent-catalog.js';
import { type AgentDefinition, weightFor } from './agent-definition.contract.js';

/** Every agent that was loaded at start. */
export class AgentRegistry extends AgentCatalog {
  private readonly byName: ReadonlyMap<string, AgentDefinition>;

  constructor(readonly all: readonly AgentDefinition[]) {
    super();
    this.byName = new Map(all.map((agent) => [agent.name, agent]));
  }

  /** The agents that a role may use, the best fitting first, then by name. */
  forRole(role: Role): AgentDefinition[] {
    const fit = (agent: AgentDefinition): number => weightFor(agent, role) ?? 0;
    return this.all
      .filter((agent) => fit(agent) > 0)
      .sort((a, b) => fit(b) - fit(a) || a.name.localeCompare(b.name, 'en'));
  }

  namesFor(role: Role): readonly string[] {
    return this.forRole(role).map((agent) => agent.name);
  }

  has(name: string): boolean {
    return this.byName.has(name);
  }

  /** Out: itself. Throws a sentence with those of the names that no agent has, and where they were `named`. */
  mustHave(named: string, names: readonly string[]): this {
    const unknown = names.filter((name) => !this.has(name));
    if (unknown.length > 0) throw new Error(`${named} names agents that do not exist: ${unknown.join(', ')}`);
    return this;
  }

  /** The agent of that name. Throws where there is none: callers ask by names that were checked before. */
  get(name: string): AgentDefinition {
    const agent = this.byName.get(name);
    if (!agent) throw new Error(`There is no agent ${name}`);
    return agent;
  }
}
