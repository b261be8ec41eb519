import { type AnswerPart, isDataPart } from '../common/parts/answer-part.contract.js';
import type { Figures } from '../datasets/figures.service.js';
import { partText } from '../datasets/part-text.js';
import type { AssistantsService } from '../assistants/assistants.service.js';
import type { AgentEvent, Answer, Turn } from './agents.contract.js';
import type { AgentBackend, AssignedTurn, BackendResult } from './backends/agent-backend.js';
import type { AgentSelector } from './selection/agent-selector.js';

const MAX_SUGGESTIONS = 3;
/** Earlier questions that help to choose the agent. */
const RECENT_QUESTIONS = 2;

/** Answers turns: picks the agent, lets the backend that serves it work, and puts the answer together. */
export class AgentRunner {
  /** In: `backendFor`, which backend serves a turn; `figures`, who vouches for the parts of figures. */
  constructor(
    private readonly assistants: AssistantsService,
    private readonly selector: AgentSelector,
    private readonly backendFor: (turn: AssignedTurn) => AgentBackend,
    private readonly figures: Pick<Figures, 'vouchesFor'>,
  ) {}

  /**
   * Yields `started` with the agent that was chosen, then text and parts as they come, at last `answer`: its content is
   * the text put together, then the figures in words; its agent is another one only where a model settled a close call.
   * What was shown before a person was asked is part of the answer and not yielded again. `approval` is the last event
   * where a person has to agree first.
   * Throws the AppError of whatever failed, `AGENT_NOT_PERMITTED` too, the reason of `signal`, and an Error at a part
   * whose figures come from no stored dataset.
   */
  async *answer(turn: Turn, signal: AbortSignal): AsyncGenerator<AgentEvent> {
    const assigned = this.assign(turn);
    const names = { agentName: assigned.choice.agent.name, assistantName: assigned.assistant.name };
    yield { type: 'started', ...names };
    const texts = turn.shown ? [turn.shown.text] : [];
    const parts = [...(turn.shown?.parts ?? [])];
    let gap = gapAfter(turn.shown?.text);
    let result: BackendResult | undefined;
    for await (const event of this.backendFor(assigned).run(assigned, signal)) {
      if (event.type === 'end') {
        result = event.result;
        continue;
      }
      if (event.type === 'delta') {
        const text = gap + event.text;
        gap = '';
        texts.push(text);
        yield { type: 'delta', text };
        continue;
      }
      if (event.type === 'part') parts.push(this.checked(event.part));
      yield event;
      if (event.type === 'approval') return;
    }
    if (!result) throw new Error('A backend stopped without its result');
    yield { type: 'answer', answer: toAnswer(assigned, texts.join(''), parts, result) };
  }

  private checked(part: AnswerPart): AnswerPart {
    if (this.figures.vouchesFor(part)) return part;
    throw new Error(`A ${part.type} whose figures come from no stored dataset`);
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

/** What separates a text from one that follows it after a person's decision. */
function gapAfter(text = ''): string {
  return text === '' || /\n\s*$/.test(text) ? '' : '\n\n';
}

/**
 * Figures stand in the content too, after the text, for clients that know nothing of parts; the text alone then is the
 * first part, for clients that do.
 */
function withFigures(text: string, parts: readonly AnswerPart[]): Pick<Answer, 'content' | 'parts'> {
  const figures = parts.flatMap((part) => (isDataPart(part) ? [partText(part)] : []));
  if (figures.length === 0) return { content: text, parts };
  return {
    content: [text.trimEnd(), ...figures].filter(Boolean).join('\n\n'),
    parts: [{ type: 'text', text }, ...parts],
  };
}

/** The newest first. */
function recentQuestions({ past }: Turn): string[] {
  const questions = past.filter(({ role }) => role === 'user').map(({ content }) => content);
  return questions.slice(-RECENT_QUESTIONS).reverse();
}

function toAnswer(
  turn: AssignedTurn,
  text: string,
  parts: readonly AnswerPart[],
  result: BackendResult,
): Answer {
  const { agent: chosen, confidence } = turn.choice;
  const agent = result.agent ?? chosen;
  return {
    ...withFigures(text, parts),
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
