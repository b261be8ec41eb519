import { Injectable, Logger } from '@nestjs/common';
import { toAppError } from '../../common/errors/error-body.js';
import { CrewConfig } from '../../config/config.js';
import { LanguageModel, type ModelEvent, type ModelRequest } from '../../llm/llm.contract.js';
import { LlmErrors } from '../../llm/llm.errors.js';
import { systemPrompt } from '../../llm/system-prompt.js';
import { TokenCounter } from '../../memory/token-counter.js';
import type { AnswerUsage } from '../agents.contract.js';
import type { AssignedTurn, BackendEvent } from './agent-backend.js';
import { fenceCrewAnswer, VOICE } from './crew-voice-prompt.js';

const BROKE_OFF = 'The rewording broke off here. The crew itself said:';
/** Why a model ends before it is done, by the words of both providers. */
const CUT: ReadonlySet<unknown> = new Set(['length', 'max_tokens']);

/** How an answer of a crew was told; `usage` is the model's. */
export interface Told {
  readonly enhanced: boolean;
  readonly model: string | null;
  readonly usage: AnswerUsage | null;
}

type End = Extract<ModelEvent, { type: 'end' }>;

interface Opened {
  readonly first: string;
  readonly rest: AsyncIterator<ModelEvent>;
}

const AS_IT_IS: Told = { enhanced: false, model: null, usage: null };

/** Has a language model say the whole answer of a crew in the assistant's own voice, where that costs no waiting. */
@Injectable()
export class CrewVoice {
  private readonly logger = new Logger(CrewVoice.name);

  constructor(
    private readonly model: LanguageModel,
    private readonly counter: TokenCounter,
    private readonly config: CrewConfig,
  ) {}

  /**
   * In: `pieces`, the crew's text. Yields text: the model's as it comes, or the crew's as it is, where ENABLE_ENHANCED_RESPONSES is off, no model is
   * configured, the crew's is longer than the assistant's limit, or the model's first word takes longer than
   * ENHANCED_RESPONSES_WAIT_MS or fails. An answer of the model that breaks off later is followed by the crew's own words.
   * Out: which it was. Throws the reason of `signal`.
   */
  async *tell(
    turn: AssignedTurn,
    pieces: readonly string[],
    signal: AbortSignal,
  ): AsyncGenerator<BackendEvent, Told> {
    const opened = await this.open(turn, pieces.join(''), signal);
    if (!opened) {
      yield* pieces.map(toDelta);
      return AS_IT_IS;
    }
    const end = yield* this.reworded(turn, opened, signal);
    if (end && !CUT.has(end.finishReason)) return { enhanced: true, model: end.model, usage: usageOf(end) };
    yield* [`\n\n${BROKE_OFF}\n\n`, ...pieces].map(toDelta);
    return { ...AS_IT_IS, usage: end ? usageOf(end) : null };
  }

  private async open(turn: AssignedTurn, text: string, signal: AbortSignal): Promise<Opened | undefined> {
    if (!this.config.enhanced || !this.model.configured) return undefined;
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), this.config.enhancedWait);
    try {
      const request = await this.requestFor(turn, text);
      if (!request) return undefined;
      const rest = this.model.stream(request, AbortSignal.any([signal, late.signal]))[Symbol.asyncIterator]();
      const { value, done } = await Promise.race([rest.next(), rejection(late.signal)]);
      return !done && value.type === 'delta' ? { first: value.text, rest } : undefined;
    } catch (error) {
      if (signal.aborted) throw error;
      this.note(turn, late.signal.aborted ? LlmErrors.LLM_TIMEOUT.code : toAppError(error).code);
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Out: undefined where the model's answer broke off. */
  private async *reworded(
    turn: AssignedTurn,
    { first, rest }: Opened,
    signal: AbortSignal,
  ): AsyncGenerator<BackendEvent, End | undefined> {
    try {
      yield toDelta(first);
      for (let next = await rest.next(); !next.done; next = await rest.next()) {
        if (next.value.type === 'end') return next.value;
        if (next.value.type === 'delta') yield toDelta(next.value.text);
      }
    } catch (error) {
      if (signal.aborted) throw error;
      this.note(turn, toAppError(error).code);
    } finally {
      await rest.return?.();
    }
    return undefined;
  }

  /** Out: undefined where the request would exceed what the assistant gives a model. */
  private async requestFor(turn: AssignedTurn, text: string): Promise<ModelRequest | undefined> {
    const system = `${systemPrompt(turn.principal.role)}\n\n${VOICE}`;
    const messages = [fenceCrewAnswer(text), turn.question.content].map((content) => ({
      role: 'user' as const,
      content,
    }));
    let left = turn.assistant.contextLimits.max_tokens;
    for (const part of [system, ...messages.map(({ content }) => content)]) {
      left -= await this.counter.count(part, left);
      if (left < 0) return undefined;
    }
    return { system, messages };
  }

  private note({ runId }: AssignedTurn, code: string): void {
    this.logger.warn({ run_id: runId, code }, 'a crew’s answer is shown in its own words');
  }
}

function toDelta(text: string): BackendEvent {
  return { type: 'delta', text };
}

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

function usageOf({ provider, model, inputTokens, outputTokens }: End): AnswerUsage | null {
  return inputTokens === null && outputTokens === null
    ? null
    : { provider, model, inputTokens: inputTokens ?? 0, outputTokens: outputTokens ?? 0 };
}
