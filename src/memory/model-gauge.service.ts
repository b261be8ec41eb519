import { Injectable } from '@nestjs/common';
import { fenced } from '../common/fence.js';
import { LlmConfig } from '../config/config.js';
import type { ModelMessage, ModelRequest } from '../llm/llm.contract.js';
import { BoundedMap } from '../redis/bounded-map.js';
import { windowOf } from './model-windows.js';
import { TokenCounter } from './token-counter.js';

/** Tokens that a message costs beside its text. */
const PER_MESSAGE = 4;
/** Part of a window that stays free for the answer at most. */
const ANSWER_SHARE = 0.25;
/** A provider's count is believed up to this many times the own one; below the own one it is not, as some leave out what they cached. */
const MOST = 3;
/** How far one answer moves the factor. */
const STEP = 0.3;
/** Requests smaller than this say little about a model. */
const WORTH_LEARNING = 200;
const MODELS = 50;

const GONE = JSON.stringify({ ok: true, left_out: 'There was no space for this result any more.' });

/** A request that a model's window holds. */
export interface Fitted {
  readonly request: ModelRequest;
  /** By the own count, without the factor. */
  readonly counted: number;
  /** Whether results were left out, so that no more can be asked for. */
  readonly full: boolean;
}

/** How many tokens the models take, and how many a text costs there: the own count, corrected by what providers counted. */
@Injectable()
export class ModelGauge {
  /** Tokens that a request may have. */
  readonly input: number;
  private readonly factors = new BoundedMap<string, number>(MODELS);

  constructor(
    private readonly counter: TokenCounter,
    llm: LlmConfig,
  ) {
    const models = [llm.openai, llm.anthropic].flatMap((one) => one?.model ?? []);
    const window = Math.min(...models.map((model) => windowOf(model, llm.windows)));
    this.input = window - Math.min(llm.maxOutputTokens, Math.floor(window * ANSWER_SHARE));
  }

  /** In: texts that are messages, and the count above which the exact one does not matter. Out: tokens. */
  async count(texts: readonly string[], enough: number): Promise<number> {
    return Math.ceil((await this.plain(texts, enough)) * this.factor);
  }

  /** In: a model as the provider names it, the own count of a request and the provider's. */
  learn(model: string, counted: number, provider: number): void {
    if (counted < WORTH_LEARNING) return;
    const seen = Math.min(Math.max(provider / counted, 1), MOST);
    const before = this.factors.get(model) ?? 1;
    this.factors.set(model, before + (seen - before) * STEP);
  }

  /**
   * Makes a request that grew by results of tools fit the window: the oldest results give way first, each by a note in
   * its place, so that no call is without its result.
   */
  async fit(request: ModelRequest): Promise<Fitted> {
    const { system, tools = [] } = request;
    const texts = [system, ...request.messages.map(textOf), ...tools.map((tool) => JSON.stringify(tool))];
    const limit = this.input / this.factor;
    let counted = await this.plain(texts, Infinity);
    if (counted <= limit) return { request, counted, full: false };
    const messages = [...request.messages];
    for (const [index, message] of messages.entries()) {
      if (counted <= limit) break;
      if (message.role !== 'tool') continue;
      const note = { ...message, content: fenced('tool_result', GONE) };
      counted -=
        (await this.plain([message.content], Infinity)) - (await this.plain([note.content], Infinity));
      messages[index] = note;
    }
    return { request: { ...request, messages }, counted, full: true };
  }

  /** That of the model which counts most: nobody knows beforehand which one answers. */
  private get factor(): number {
    return Math.max(1, ...this.factors.values());
  }

  private async plain(texts: readonly string[], enough: number): Promise<number> {
    let sum = 0;
    for (const text of texts) {
      if (sum > enough) break;
      sum += PER_MESSAGE + (await this.counter.count(text, enough - sum));
    }
    return sum;
  }
}

function textOf(message: ModelMessage): string {
  const calls = message.role === 'assistant' ? (message.calls ?? []) : [];
  return [message.content, ...calls.map((call) => call.name + call.arguments)].join('');
}
