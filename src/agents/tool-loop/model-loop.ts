import { AppError } from '../../common/errors/app-error.js';
import { cleanJson } from '../../common/clean-json.js';
import type { LanguageModel, ModelEvent, ModelRequest, ModelToolCall } from '../../llm/llm.contract.js';
import { LlmErrors } from '../../llm/llm.errors.js';
import type { MemoryService } from '../../memory/memory.service.js';
import type { AgentDefinition } from '../agent-definition.contract.js';
import type { ApprovalRequest } from '../agents.contract.js';
import type { AssignedTurn, BackendEvent } from '../backends/agent-backend.js';
import { CloseCall } from '../selection/close-call.js';
import type { Tool } from '../tools/tool.contract.js';
import type { CallDesk, Handled } from './call-desk.js';
import { mustAnswer } from './loop-limits.js';
import type { Continuation, LoopState, Shown } from './loop-state.js';
import { toModelTools } from './model-tools.js';

type ModelEnd = Extract<ModelEvent, { type: 'end' }>;
type Events<T> = AsyncGenerator<BackendEvent, T>;

/** Whether the answer is there, or a person was asked first. */
export type LoopEnd = 'answered' | 'asked';

const MARK = /\[(\d{1,3})\]/g;
/** Characters of a token, where nobody counted. */
const CHARACTERS = 4;

export interface LoopParts {
  readonly model: LanguageModel;
  readonly desk: CallDesk;
  readonly state: LoopState;
  readonly tools: readonly Tool[];
  /** Whose question it may be: the chosen agent first. */
  readonly agents: readonly AgentDefinition[];
  /** Tokens that the model may write before it must answer. */
  readonly maxWritten: number;
  /** Who keeps requests within the model's window. */
  readonly memory: Pick<MemoryService, 'fit' | 'learn'>;
}

/** One answer of a model: it is asked, its calls are handled, it is asked again with their results, until it answers. */
export class ModelLoop {
  /** The end of the last request. */
  end: ModelEnd | undefined;
  private shown: Shown[] = [];
  /** Whether the answer has anything in it, that from before a decision included. */
  private begun = false;

  constructor(private readonly parts: LoopParts) {}

  /** Yields all but `end`. Throws what models and tools throw, and the reason of `signal`. */
  async *answer(signal: AbortSignal): Events<LoopEnd> {
    const { state, maxWritten, memory } = this.parts;
    for (;;) {
      const must = mustAnswer(state, maxWritten);
      const before = this.end;
      const { full, counted, request } = await memory.fit(this.request(must));
      const now = must || full;
      const calls = yield* this.round(
        full && request.tools ? { ...request, answerNow: true } : request,
        signal,
      );
      if (this.end !== before) this.learn(counted);
      if (now || calls.length === 0) {
        if (calls.length > 0 && !this.begun && this.shown.length === 0) throw noAnswer();
        return 'answered';
      }
      if (yield* this.handleAll(calls, signal)) return 'asked';
    }
  }

  /** Goes on where a person was asked; asks again where the question never reached anybody. As `answer` otherwise. */
  async *goOn(from: Continuation, { decision }: AssignedTurn, signal: AbortSignal): Events<LoopEnd> {
    if (decision?.step !== from.request.step) {
      yield* this.again(from.shown);
      yield* this.ask(from.callId, from.request, from.rest);
      return 'asked';
    }
    this.begun = true;
    this.keep(from.callId, yield* this.parts.desk.decided(decision, signal));
    if (yield* this.handleAll(from.rest, signal)) return 'asked';
    return yield* this.answer(signal);
  }

  private async *round(request: ModelRequest, signal: AbortSignal): Events<ModelToolCall[]> {
    const { model, state, agents } = this.parts;
    const calls: ModelToolCall[] = [];
    const said: string[] = [];
    const close = agents.length > 1 ? new CloseCall(agents) : undefined;
    const before = this.shown.length;
    try {
      for await (const event of model.stream(request, signal)) {
        if (event.type === 'end') this.end = event;
        else if (event.type === 'tool_call') calls.push(event.call);
        else {
          said.push(event.text);
          yield* this.say(close ? close.take(event.text) : event.text, this.shown.length === before);
        }
      }
    } catch (error) {
      if (!this.isEmptyEnd(error)) throw error;
    }
    signal.throwIfAborted();
    yield* this.say(close?.end() ?? '', this.shown.length === before);
    state.settled ??= close?.settled?.name ?? null;
    yield* this.cite(said.join(''));
    this.count(said, calls);
    if (calls.length > 0) state.messages.push({ role: 'assistant', content: said.join(''), calls });
    return calls;
  }

  /** Some models fall silent once a part says everything. */
  private isEmptyEnd(error: unknown): boolean {
    const nothing = error instanceof AppError && error.code === LlmErrors.LLM_BAD_ANSWER.code;
    return nothing && (this.begun || this.shown.length > 0);
  }

  private request(answerNow: boolean): ModelRequest {
    const { state, tools } = this.parts;
    const { system, messages } = state;
    const offered = toModelTools(tools, state.hasDatasets);
    return offered.length === 0 ? { system, messages } : { system, messages, tools: offered, answerNow };
  }

  private async *handleAll(calls: readonly ModelToolCall[], signal: AbortSignal): Events<boolean> {
    for (const [index, call] of calls.entries()) {
      const handled = yield* this.parts.desk.handle(call, signal);
      signal.throwIfAborted();
      if (handled.type === 'ask') {
        yield* this.ask(call.id, handled.request, calls.slice(index + 1));
        return true;
      }
      this.keep(call.id, handled);
    }
    return false;
  }

  private keep(callId: string, handled: Handled): void {
    if (handled.type === 'ask') throw new Error('A decided call asks again');
    this.parts.state.messages.push({ role: 'tool', callId, content: handled.text });
    if (handled.shown) this.shown.push(handled.shown);
  }

  private *ask(
    callId: string,
    asked: ApprovalRequest,
    rest: readonly ModelToolCall[],
  ): Generator<BackendEvent> {
    const { state } = this.parts;
    const request = cleanJson(asked);
    const { shown } = this;
    const reference = { kind: 'model', version: 1, state, callId, rest, request, shown };
    yield { type: 'reference', reference: cleanJson(reference) };
    yield { type: 'approval', request };
  }

  private async *again(shown: readonly Shown[]): AsyncGenerator<BackendEvent> {
    this.shown = [...shown];
    for (const one of shown) {
      if ('text' in one) yield { type: 'delta', text: one.text };
      else if ('tool' in one) yield* this.parts.desk.again(one.tool, one.arguments);
      else yield* this.citation(one.cited);
    }
  }

  /** In: `fresh`, whether it is the first text of a request; it then stands apart from the text that this attempt showed. */
  private *say(piece: string, fresh: boolean): Generator<BackendEvent> {
    if (!piece) return;
    const text = fresh && this.shown.some((one) => 'text' in one) ? `\n\n${piece.trimStart()}` : piece;
    const last = this.shown.at(-1);
    if (!fresh && last && 'text' in last) this.shown[this.shown.length - 1] = { text: last.text + text };
    else this.shown.push({ text });
    yield { type: 'delta', text };
  }

  private *cite(text: string): Generator<BackendEvent> {
    const { cited } = this.parts.state;
    for (const [, mark] of text.matchAll(MARK)) {
      const place = Number(mark) - 1;
      if (cited.includes(place) || !this.parts.state.extracts[place]) continue;
      cited.push(place);
      this.shown.push({ cited: place });
      yield* this.citation(place);
    }
  }

  private *citation(place: number): Generator<BackendEvent> {
    const extract = this.parts.state.extracts[place];
    if (extract) yield { type: 'part', part: { type: 'citation', ...extract } };
  }

  private learn(counted: number): void {
    if (typeof this.end?.inputTokens !== 'number') return;
    this.parts.memory.learn(this.end.model, counted, this.end.inputTokens);
  }

  private count(said: readonly string[], calls: readonly ModelToolCall[]): void {
    const { state } = this.parts;
    const { provider = '', model = '', inputTokens = null, outputTokens = null } = this.end ?? {};
    const characters = [...said, ...calls.map((call) => call.arguments)].join('').length;
    state.rounds += 1;
    state.written += outputTokens ?? Math.ceil(characters / CHARACTERS);
    if (inputTokens === null && outputTokens === null) return;
    state.usage = {
      provider,
      model,
      inputTokens: (state.usage?.inputTokens ?? 0) + (inputTokens ?? 0),
      outputTokens: (state.usage?.outputTokens ?? 0) + (outputTokens ?? 0),
    };
  }
}

function noAnswer(): AppError {
  return new AppError(
    LlmErrors.LLM_BAD_ANSWER,
    'The language model called tools again and again and gave no answer. Try again in a moment.',
  );
}
