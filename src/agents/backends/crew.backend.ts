import { Logger } from '@nestjs/common';
import type { ConversationsReader } from '../../conversations/conversations.reader.js';
import type {
  CrewClient,
  CrewEvent,
  CrewQuestion,
  CrewResult,
  CrewTask,
} from '../../crewai/crew.contract.js';
import { neverStarted } from '../../crewai/crew.errors.js';
import { AgentBackend, type AssignedTurn, type BackendEvent, type BackendResult } from './agent-backend.js';
import { crewTableText } from './crew-table-text.js';

const MAX_PAST = 10;
const ASKING = 'Asking the crew';
const WITHOUT = 'The crew does not answer. Answering without it.';

/** Lets a crew speak for the chosen agent. Where it has certainly not begun, another backend answers and says so. */
export class CrewBackend extends AgentBackend {
  private readonly logger = new Logger(CrewBackend.name);

  /** In: `otherwise`, who answers in place of a crew that is down. */
  constructor(
    private readonly crews: CrewClient,
    private readonly conversations: ConversationsReader,
    private readonly otherwise: () => AgentBackend,
  ) {
    super();
  }

  /** Whether a crew answers this turn, or has begun to in an earlier attempt at it. */
  takes(turn: AssignedTurn): boolean {
    return hasBegun(turn) || this.crews.serves(turn.choice.agent.name);
  }

  async *run(turn: AssignedTurn, signal: AbortSignal): AsyncGenerator<BackendEvent> {
    let code: string;
    try {
      yield* this.ask(turn, signal);
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
      yield event.type === 'end' ? noted(event.result, { status: 'down', code }) : event;
    }
  }

  private async *ask(turn: AssignedTurn, signal: AbortSignal): AsyncGenerator<BackendEvent> {
    yield { type: 'status', text: ASKING };
    for await (const event of this.crews.run(await this.taskOf(turn), signal))
      yield* toBackendEvents(event, turn);
    signal.throwIfAborted();
  }

  private async taskOf(turn: AssignedTurn): Promise<CrewTask> {
    const { agent } = turn.choice;
    const past =
      turn.past ??
      (await this.conversations.messagesBefore(turn.principal, turn.sessionId, turn.question.id, MAX_PAST));
    return {
      runId: turn.runId,
      sessionId: turn.sessionId,
      principal: turn.principal,
      agent: { name: agent.name, endpoint: agent.crew_endpoint },
      question: turn.question.content,
      past: past.slice(-MAX_PAST),
      context: turn.context,
      maxTokens: turn.assistant.contextLimits.max_tokens,
      reference: turn.backendRef,
    };
  }
}

function hasBegun({ backendRef }: AssignedTurn): boolean {
  return backendRef !== undefined && backendRef !== null;
}

function toBackendEvents(event: CrewEvent, turn: AssignedTurn): BackendEvent[] {
  switch (event.type) {
    case 'reference':
    case 'delta':
      return [event];
    case 'progress':
      return [{ type: 'status', text: event.text }];
    case 'material':
      return [{ type: 'delta', text: crewTableText(event.table) }];
    case 'needs_human':
      return [
        { type: 'delta', text: waitingText(event.question) },
        { type: 'end', result: resultWith({ status: 'needs_human', ids: event.question.ids }) },
      ];
    case 'end':
      return [{ type: 'end', result: toResult(event.result, turn) }];
  }
}

/** The crew's words stand apart as a quotation. */
function waitingText({ text }: CrewQuestion): string {
  const quoted = text.trim() === '' ? '' : `\n\n> ${text.trim().replaceAll(/\r?\n/g, '\n> ')}`;
  return `\n\nThe crew waits for a person to decide. That cannot be done in this chat, only where the crew is run.${quoted}\n`;
}

function toResult({ suggestedActions, tokensUsed, ...said }: CrewResult, turn: AssignedTurn): BackendResult {
  const { contract, confidence, metadata } = said;
  const result = resultWith({ status: 'answered', contract, confidence, metadata });
  return {
    ...result,
    usage:
      tokensUsed === null
        ? null
        : { provider: 'crew', model: turn.choice.agent.name, inputTokens: 0, outputTokens: tokensUsed },
    ...(suggestedActions.length > 0 ? { suggestedActions } : {}),
  };
}

function resultWith(crew: Readonly<Record<string, unknown>>): BackendResult {
  return { engine: 'crew', model: null, usage: null, sources: [], notes: { crew } };
}

function noted(result: BackendResult, crew: Readonly<Record<string, unknown>>): BackendEvent {
  return { type: 'end', result: { ...result, notes: { ...result.notes, crew } } };
}
