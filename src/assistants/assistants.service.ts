import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Role, ROLES } from '../auth/principal.js';
import { AppError } from '../common/errors/app-error.js';
import { AgentCatalog } from './agent-catalog.js';
import type { Assistant } from './assistants.contract.js';
import { ASSISTANTS } from './assistants.definitions.js';
import { AssistantsErrors } from './assistants.errors.js';

@Injectable()
export class AssistantsService implements OnModuleInit {
  constructor(private readonly catalog: AgentCatalog) {}

  /** Stops the start where an assistant's default agent does not exist or may not serve its role. */
  onModuleInit(): void {
    for (const role of ROLES) {
      const { name, defaultAgent } = ASSISTANTS[role];
      if (this.catalog.namesFor(role).includes(defaultAgent)) continue;
      const problem = this.catalog.has(defaultAgent) ? `does not list the role ${role}` : 'does not exist';
      throw new Error(`${name} needs the agent ${defaultAgent}, which ${problem}.`);
    }
  }

  /** The assistant that serves a role, with the agents that the role may use. */
  forRole(role: Role): Assistant {
    const definition = ASSISTANTS[role];
    const others = this.catalog.namesFor(role).filter((name) => name !== definition.defaultAgent);
    return { ...definition, role, availableAgents: [definition.defaultAgent, ...others] };
  }

  /**
   * Throws `AGENT_NOT_PERMITTED`, naming the permitted agents, unless `name` is exactly one of them.
   * An agent that does not exist and one of another role get the same answer.
   */
  assertAgent(role: Role, name: string): void {
    const permitted = this.forRole(role).availableAgents;
    if (permitted.includes(name)) return;
    throw new AppError(
      AssistantsErrors.AGENT_NOT_PERMITTED,
      `The agent that was asked for is not available to your role. Choose one of: ${permitted.join(', ')}; or leave agent_name out.`,
    );
  }
}
