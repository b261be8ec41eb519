import { Injectable } from '@nestjs/common';
import { type Role, ROLES } from '../../auth/principal.js';
import { ChatConfig } from '../../config/config.js';
import type { AgentDefinition } from '../agent-definition.contract.js';
import { AgentRegistry } from '../agent-registry.service.js';
import { AgentIndex, type Ranked } from './agent-index.js';
import { type AgentChoice, AgentSelector, type SelectionRequest } from './agent-selector.js';
import { confidenceOf } from './confidence.js';

/** From this share of the best score on, another agent is close. */
const CLOSE = 0.75;
/** Evidence that is weaker than one keyword is no reason to doubt the default agent. */
const WORTH_ASKING = 2;
const MAX_CLOSE = 2;

/** Ranks the question, and what was asked before it, against the definitions of the agents of the role. */
@Injectable()
export class RankedAgentSelector extends AgentSelector {
  private readonly indexes: ReadonlyMap<Role, AgentIndex>;

  constructor(
    private readonly registry: AgentRegistry,
    private readonly config: ChatConfig,
  ) {
    super();
    this.indexes = new Map(ROLES.map((role) => [role, new AgentIndex(registry.forRole(role), role)]));
  }

  select({ assistant, question, recent, asked }: SelectionRequest): AgentChoice {
    if (asked !== null) return { agent: this.registry.get(asked), confidence: null, how: 'asked' };
    const ranking = this.indexes.get(assistant.role)?.rank(question, recent);
    const best = ranking?.ranked[0];
    if (ranking && best) {
      const confidence = confidenceOf(ranking);
      if (confidence >= (best.agent.threshold ?? this.config.confidenceThreshold)) {
        const closeTo = closeOnes(ranking.ranked, best.agent, best.score * CLOSE);
        return { agent: best.agent, confidence, how: 'ranked', closeTo };
      }
    }
    const agent = this.registry.get(assistant.defaultAgent);
    const least = Math.max(WORTH_ASKING, (best?.score ?? 0) * CLOSE);
    const closeTo = closeOnes(ranking?.ranked ?? [], agent, least);
    return { agent, confidence: null, how: 'default', closeTo };
  }
}

function closeOnes(ranked: readonly Ranked[], chosen: AgentDefinition, least: number): AgentDefinition[] {
  return ranked
    .filter(({ agent, score }) => agent !== chosen && score >= least)
    .map(({ agent }) => agent)
    .slice(0, MAX_CLOSE);
}
