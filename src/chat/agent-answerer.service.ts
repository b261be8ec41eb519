import { Injectable } from '@nestjs/common';
import type { AgentEvent, Turn } from '../agents/agents.contract.js';
import { AgentRunner } from '../agents/agent-runner.service.js';
import { ServingBackends } from '../agents/backends/serving-backends.service.js';
import type { AnswerPart } from '../common/parts/answer-part.contract.js';
import { type StoredQuestion, StoredQuestions } from './stored-questions.service.js';
import type { ClaimedRun, LeftRun, RunEventBody } from '../runs/runs.contract.js';
import { Answerer, type AnswerStep } from '../runs/runs.ports.js';
import type { StepJournal } from '../runs/steps/steps.contract.js';
import type { Heeded } from '../memory/facts/facts.contract.js';
import { FactsService } from '../memory/facts/facts.service.js';
import { TextCleaner } from './text-cleaner.js';

/** Lets agents answer runs: turns a claimed run into a turn, and what agents yield into events of the log. */
@Injectable()
export class AgentAnswerer extends Answerer {
  constructor(
    private readonly agents: AgentRunner,
    private readonly questions: StoredQuestions,
    private readonly backends: ServingBackends,
    private readonly facts: FactsService,
  ) {
    super();
  }

  abandon({ id, backendRef }: LeftRun): void {
    this.backends.abandon(id, backendRef);
  }

  async *answer(run: ClaimedRun, signal: AbortSignal, steps: StepJournal): AsyncGenerator<AnswerStep> {
    const question = await this.questions.find(run);
    const cleaner = new TextCleaner();
    const heeded = await this.facts.heed(run.principal, run.questionId, question.content);
    for await (const event of this.agents.answer(toTurn(run, question, steps, heeded), signal)) {
      if (event.type === 'answer' || event.type === 'approval') {
        const rest = cleaner.end();
        if (rest) yield { type: 'event', body: { event: 'text.delta', text: rest } };
        yield event.type === 'answer' ? { type: 'result', result: event.answer } : event;
        continue;
      }
      if (event.type === 'reference') {
        yield event;
        continue;
      }
      const body = toBody(event, run, cleaner);
      if (body) yield { type: 'event', body };
    }
  }
}

/** A wish that was heeded changed what is remembered since the question was stored. */
function toTurn(
  run: ClaimedRun,
  question: StoredQuestion,
  steps: StepJournal,
  heeded: Heeded | undefined,
): Turn {
  const { decision, shown } = run.resumption ?? {};
  return {
    runId: run.id,
    sessionId: run.sessionId,
    principal: run.principal,
    question: { id: run.questionId, content: question.content, at: run.startedAt.getTime() },
    agentName: question.agentName,
    context: question.context,
    past: question.past,
    summary: question.summary,
    facts: heeded ? undefined : question.facts,
    heeded,
    backendRef: run.backendRef,
    decision,
    shown: shown && { text: shown.text, parts: shown.parts as readonly AnswerPart[] },
    steps,
  };
}

function toBody(
  event: Exclude<AgentEvent, { type: 'answer' | 'reference' | 'approval' }>,
  run: ClaimedRun,
  cleaner: TextCleaner,
): RunEventBody | undefined {
  switch (event.type) {
    case 'started':
      return {
        event: 'run.started',
        message_id: run.answerId,
        in_reply_to: run.questionId,
        agent_name: event.agentName,
        assistant_name: event.assistantName,
      };
    case 'status':
      return { event: 'run.status', text: event.text };
    case 'delta': {
      const text = cleaner.push(event.text);
      return text ? { event: 'text.delta', text } : undefined;
    }
    case 'part':
      return { event: 'part', part: event.part };
  }
}
