import type { AnswerPart } from '../conversations/message.contract.js';
import type { AssistantsService } from '../assistants/assistants.service.js';
import type { AgentEvent, Answer, Turn } from './agents.contract.js';
import type { AgentBackend, AssignedTurn, BackendResult } from './backends/agent-backend.js';
import type { AgentSelector } from './selection/agent-selector.js';

const MAX_SUGGESTIONS = 3;
/** Earlier questions that help to choose the agent. */
const RECENT_QUESTIONS = 2;

/** Answers turns: picks the agent, lets the backend that serves it work, and puts the answer together. */
export class AgentRunner {
  /** In: `backendFor`, which backend serves a turn right now. */
  constructor(
    private readonly assistants: AssistantsService,
    private readonly selector: AgentSelector,
    private readonly backendFor: () => AgentBackend,
  ) {}

  /**
   * Yields `started` with the agent that was chosen, then text and parts as they come, at last `answer`, whose content is the text put
   * together and whose agent is another one only where a model settled a close call.
   * Throws the AppError of whatever failed, `AGENT_NOT_PERMITTED` too, or the reason of `signal`.
   */
  async *answer(turn: Turn, signal: AbortSignal): AsyncGenerator<AgentEvent> {
    const assigned = this.assign(turn);
    const names = { agentName: assigned.choice.agent.name, assistantName: assigned.assistant.name };
    yield { type: 'started', ...names };
    const texts: string[] = [];
    const parts: AnswerPart[] = [];
    let result: BackendResult | undefined;
    for await (const event of this.backendFor().run(assigned, signal)) {
      if (event.type === 'end') {
        result = event.result;
        continue;
      }
      if (event.type === 'delta') texts.push(event.text);
      if (event.type === 'part') parts.push(event.part);
      yield event;
    }
    if (!result) throw new Error('A backend stopped without its result');
    yield { type: 'answer', answer: toAnswer(assigned, texts.join(''), parts, result) };
  }

  private assign(turn: Turn): AssignedTurn {
    const assistant = this.assistants.forRole(turn.principal.role);
    if (turn.agentName !== null) this.assistants.assertAgent(turn.principal.role, turn.agentName);
    const choice = this.selector.select({
      assistant,
      question: turn.question.content,
      recent: recentQuestions(turn),
      asked: turn.agentName,
    });
    return { ...turn, assistant, choice };
  }
}

/** The newest first. */
function recentQuestions({ past = [] }: Turn): string[] {
  const questions = past.filter(({ role }) => role === 'user').map(({ content }) => content);
  return questions.slice(-RECENT_QUESTIONS).reverse();
}

function toAnswer(
  turn: AssignedTurn,
  content: string,
  parts: readonly AnswerPart[],
  result: BackendResult,
): Answer {
  const { agent: chosen, confidence } = turn.choice;
  const agent = result.agent ?? chosen;
  return {
    content,
    parts,
    agentName: agent.name,
    assistantName: turn.assistant.name,
    confidence: agent === chosen ? confidence : null,
    suggestedActions: (result.suggestedActions ?? agent.follow_ups).slice(0, MAX_SUGGESTIONS),
    engine: result.engine,
    model: result.model,
    usage: result.usage,
    sources: result.sources,
    notes: result.notes ?? {},
  };
}
