import { Injectable } from '@nestjs/common';
import { LanguageModel } from '../../llm/llm.contract.js';
import type { AgentBackend, AssignedTurn } from './agent-backend.js';
import { CrewOrOther } from './crew-or-other.backend.js';
import { CrewBackend } from './crew.backend.js';
import { LlmBackend } from './llm.backend.js';
import { LocalBackend } from './local.backend.js';

/**
 * Which backend serves a turn: the model that waits to go on, a crew where the agent has one, else a language model, else
 * the local skills. Crews know nothing of memory, so they do not answer wishes about it.
 */
@Injectable()
export class ServingBackends {
  private readonly crewOrOther: AgentBackend;

  constructor(
    private readonly model: LanguageModel,
    private readonly llm: LlmBackend,
    private readonly local: LocalBackend,
    private readonly crew: CrewBackend,
  ) {
    this.crewOrOther = new CrewOrOther(crew, () => this.withoutCrew());
  }

  for(turn: AssignedTurn): AgentBackend {
    if (this.llm.hasBegun(turn)) return this.llm;
    if (turn.heeded) return this.withoutCrew();
    return this.crew.takes(turn) ? this.crewOrOther : this.withoutCrew();
  }

  /** In: a run that ends without being answered, and what it kept of work that goes on elsewhere. Best effort. */
  abandon(runId: string, backendRef: unknown): void {
    this.crew.abandon(runId, backendRef);
  }

  private withoutCrew(): AgentBackend {
    return this.model.configured ? this.llm : this.local;
  }
}
