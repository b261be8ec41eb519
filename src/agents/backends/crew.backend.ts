import { Injectable } from '@nestjs/common';
import {
  CrewClient,
  type CrewEvent,
  type CrewQuestion,
  CrewReference,
  type CrewResult,
  type CrewTable,
  type CrewTask,
} from '../../crewai/crew.contract.js';
import type { AnswerUsage } from '../agents.contract.js';
import { AgentBackend, type AssignedTurn, type BackendEvent, type BackendResult } from './agent-backend.js';
import { decisionFor, waitOf } from './crew-approval.js';
import { CrewFigures } from './crew-figures.service.js';
import { CrewVoice, type Told } from './crew-voice.service.js';

const MAX_PAST = 10;
const ASKING = 'Asking the crew';

/** What a crew said, as far as it is not shown yet. */
interface Heard {
  reference: CrewReference | undefined;
  readonly pieces: string[];
  readonly tables: CrewTable[];
}

/** Lets a crew speak for the chosen agent. Throws CrewError. */
@Injectable()
export class CrewBackend extends AgentBackend {
  constructor(
    private readonly crews: CrewClient,
    private readonly figures: CrewFigures,
    private readonly voice: CrewVoice,
  ) {
    super();
  }

  /** Whether a crew answers this turn: the one that began with it, where something did, else that of the agent. */
  takes(turn: AssignedTurn): boolean {
    return ofAnyone(turn) === undefined
      ? this.crews.serves(turn.choice.agent.name)
      : ofCrew(turn) !== undefined;
  }

  /** Has the crew stop what a run began that ends unanswered; what other backends keep is passed over. */
  abandon(runId: string, backendRef: unknown): void {
    this.crews.abandon(runId, backendRef);
  }

  async *run(turn: AssignedTurn, signal: AbortSignal): AsyncGenerator<BackendEvent> {
    yield { type: 'status', text: ASKING };
    const heard: Heard = { reference: begunBy(turn), pieces: [], tables: [] };
    for await (const event of this.ask(turn, signal)) {
      if (event.type === 'end') yield* this.answer(turn, heard, event.result, signal);
      else yield* hear(turn, event, heard);
    }
    signal.throwIfAborted();
  }

  /** A decision is given to a crew once: that it waits is forgotten before it is told. */
  private async *ask(turn: AssignedTurn, signal: AbortSignal): AsyncGenerator<CrewEvent> {
    const task = taskOf(turn);
    const begun = begunBy(turn);
    const decision = decisionFor(begun?.waits, turn.decision);
    if (!begun || !decision) {
      yield* this.crews.run(task, signal);
      return;
    }
    const { waits: _, ...reference } = begun;
    yield { type: 'reference', reference };
    yield* this.crews.resume({ ...task, reference }, decision, signal);
  }

  /** Text that was held back, then the figures, then how it was made. */
  private async *answer(
    turn: AssignedTurn,
    { pieces, tables }: Heard,
    result: CrewResult,
    signal: AbortSignal,
  ): AsyncGenerator<BackendEvent> {
    const told = pieces.length > 0 ? yield* this.voice.tell(turn, pieces, signal) : undefined;
    for (const table of tables) {
      signal.throwIfAborted();
      const { part, remark } = await this.figures.show(turn, table);
      if (remark !== undefined) yield { type: 'delta', text: `\n\n${remark}` };
      if (part) yield { type: 'part', part };
    }
    yield { type: 'end', result: toResult(result, turn, told) };
  }
}

function taskOf(turn: AssignedTurn): CrewTask {
  const { agent } = turn.choice;
  return {
    runId: turn.runId,
    sessionId: turn.sessionId,
    principal: turn.principal,
    agent: { name: agent.name, endpoint: agent.crew_endpoint },
    question: turn.question.content,
    past: turn.past.slice(-MAX_PAST).map(({ role, content }) => ({ role, content })),
    context: turn.context,
    maxTokens: turn.assistant.contextLimits.max_tokens,
    reference: ofCrew(turn),
  };
}

/** What an earlier attempt kept of work that it began. */
function ofAnyone({ backendRef }: AssignedTurn): unknown {
  return backendRef ?? undefined;
}

/** The same where it is a crew's, readable or not; other backends keep other things. */
function ofCrew(turn: AssignedTurn): unknown {
  const kept = ofAnyone(turn);
  return typeof kept === 'object' && kept !== null && 'contract' in kept ? kept : undefined;
}

function begunBy(turn: AssignedTurn): CrewReference | undefined {
  return CrewReference.safeParse(turn.backendRef).data;
}

/** A stream is shown as it comes; a whole answer is kept until its end, since it may be reworded. */
function hear(turn: AssignedTurn, event: Exclude<CrewEvent, { type: 'end' }>, heard: Heard): BackendEvent[] {
  switch (event.type) {
    case 'reference':
      heard.reference = event.reference ?? undefined;
      return [event];
    case 'progress':
      return [{ type: 'status', text: event.text }];
    case 'delta':
      if (heard.reference?.contract === 'agui') return [event];
      heard.pieces.push(event.text);
      return [];
    case 'material':
      heard.tables.push(event.table);
      return [];
    case 'needs_human':
      return waitingEvents(turn, event.question, heard.reference);
  }
}

/** Out: a request for approval, or a text where the crew cannot be given the decision from here. */
function waitingEvents(
  { principal }: AssignedTurn,
  question: CrewQuestion,
  reference: CrewReference | undefined,
): BackendEvent[] {
  const wait = waitOf(principal, reference, question);
  if (wait)
    return [
      { type: 'reference', reference: wait.reference },
      { type: 'approval', request: wait.request },
    ];
  return [
    { type: 'delta', text: waitingText(question) },
    { type: 'end', result: resultWith({ status: 'needs_human', ids: question.ids }) },
  ];
}

/** The crew's words stand apart as a quotation. */
function waitingText({ text }: CrewQuestion): string {
  const quoted = text.trim() === '' ? '' : `\n\n> ${text.trim().replaceAll(/\r?\n/g, '\n> ')}`;
  return `\n\nThe crew waits for a person to decide. That cannot be done in this chat, only where the crew is run.${quoted}\n`;
}

function toResult(
  { suggestedActions, tokensUsed, ...said }: CrewResult,
  turn: AssignedTurn,
  told: Told | undefined,
): BackendResult {
  const { contract, confidence, metadata } = said;
  const result = resultWith({ status: 'answered', contract, confidence, metadata });
  return {
    ...result,
    model: told?.model ?? null,
    usage: usageOf(turn.choice.agent.name, tokensUsed, told?.usage ?? null),
    notes: { ...result.notes, enhanced: told?.enhanced ?? false },
    ...(suggestedActions.length > 0 ? { suggestedActions } : {}),
  };
}

/** The crew's tokens, and those of the model that reworded its answer. */
function usageOf(agent: string, tokensUsed: number | null, model: AnswerUsage | null): AnswerUsage | null {
  if (tokensUsed === null && !model) return null;
  return {
    provider: 'crew',
    model: agent,
    inputTokens: model?.inputTokens ?? 0,
    outputTokens: (tokensUsed ?? 0) + (model?.outputTokens ?? 0),
  };
}

function resultWith(crew: Readonly<Record<string, unknown>>): BackendResult {
  return { engine: 'crew', model: null, usage: null, sources: [], notes: { crew } };
}
