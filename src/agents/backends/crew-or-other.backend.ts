import { Logger } from '@nestjs/common';
import { neverStarted } from '../../crewai/crew.errors.js';
import { AgentBackend, type AssignedTurn, type BackendEvent, type BackendResult } from './agent-backend.js';

const WITHOUT = 'The crew does not answer. Answering without it.';

/** Lets a crew answer. Where it has certainly not begun, another backend answers and says so. */
export class CrewOrOther extends AgentBackend {
  private readonly logger = new Logger(CrewOrOther.name);

  /** In: `otherwise`, who answers in place of a crew that is down. */
  constructor(
    private readonly crew: AgentBackend,
    private readonly otherwise: () => AgentBackend,
  ) {
    super();
  }

  async *run(turn: AssignedTurn, signal: AbortSignal): AsyncGenerator<BackendEvent> {
    let code: string;
    try {
      yield* this.crew.run(turn, signal);
      return;
    } catch (error) {
      if (signal.aborted || !neverStarted(error)) throw error;
      code = error.code;
      const { message: detail } = error;
      const agent = turn.choice.agent.name;
      this.logger.warn({ run_id: turn.runId, agent, code, detail }, 'a crew did not begin; another answers');
    }
    yield { type: 'status', text: WITHOUT };
    for await (const event of this.otherwise().run(turn, signal)) {
      yield event.type === 'end' ? { type: 'end', result: noted(event.result, code) } : event;
    }
  }
}

function noted(result: BackendResult, code: string): BackendResult {
  return { ...result, notes: { ...result.notes, crew: { status: 'down', code } } };
}
