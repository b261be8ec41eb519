import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ChatConfig } from '../config/config.js';
import { LanguageModel, type ModelMessage, type ModelRequest } from '../llm/llm.contract.js';
import { systemPrompt } from '../llm/system-prompt.js';
import { rememberedFacts } from './facts/facts-source.js';
import { FactsService } from './facts/facts.service.js';
import { conversation, type SummariseAfter } from './conversation-source.js';
import type {
  ContextTrace,
  CountTokens,
  MemoryLimits,
  MemoryTurn,
  Room,
  SeenContext,
  SeenTurn,
  Shown,
} from './memory.contract.js';
import { type Fitted, ModelGauge } from './model-gauge.service.js';
import { pageContext } from './page-context.js';
import { TokenCounter } from './token-counter.js';

type Source = (turn: SeenTurn, room: Room, count: CountTokens, silence: SummariseAfter) => Promise<Shown>;

/** What is shown between system prompt and question, in this order. What comes last gives way first. */
const SOURCES: readonly Source[] = [rememberedFacts, conversation, pageContext];

/** What a model gets to see of a conversation. */
@Injectable()
export class MemoryService implements OnModuleInit {
  constructor(
    private readonly counter: TokenCounter,
    private readonly gauge: ModelGauge,
    private readonly model: LanguageModel,
    private readonly config: ChatConfig,
    private readonly facts: FactsService,
  ) {}

  /** The encoding is loaded before the first question where a model is there to be asked. */
  async onModuleInit(): Promise<void> {
    if (this.model.configured) await this.counter.load();
  }

  /**
   * Builds the request for a turn: the system prompt of the role, what the sources show in the space that is left, the
   * question last. System prompt and question are never dropped.
   */
  async contextFor(turn: MemoryTurn, limits: MemoryLimits): Promise<SeenContext> {
    const remembered = turn.facts ?? this.facts.shownOf(turn.principal);
    const system = [systemPrompt(turn.principal.role), turn.instructions].filter(Boolean).join('\n\n');
    const question: ModelMessage = { role: 'user', content: turn.question.content };
    const count: CountTokens = (texts, enough) => this.gauge.count(texts, enough);
    const budget = Math.min(limits.maxTokens, await this.windowLeft(turn));
    const fixed = await count([system, question.content], budget);
    const room = {
      tokens: budget - fixed,
      messages: Math.min(limits.maxMessages, this.config.maxHistory) - 1,
    };
    const seen = { ...turn, facts: await remembered };
    const shown: Shown[] = [];
    const silence = this.config.summaries ? this.config.idleAfter : undefined;
    for (const source of SOURCES) {
      const tokens = room.tokens - sum(shown);
      shown.push(await source(seen, { ...room, tokens: Math.max(tokens, 0) }, count, silence));
    }
    const messages = [...shown.flatMap((one) => one.messages), question];
    return { system, messages, trace: traceOf(fixed + sum(shown), shown) };
  }

  /** Makes a request that grew by results of tools fit the model's window. */
  fit(request: ModelRequest): Promise<Fitted> {
    return this.gauge.fit(request);
  }

  /** In: a model as the provider names it, the own count of a request and the provider's. */
  learn(model: string, counted: number, provider: number): void {
    this.gauge.learn(model, counted, provider);
  }

  private async windowLeft({ tools = [] }: MemoryTurn): Promise<number> {
    return (
      this.gauge.input -
      (await this.gauge.count(
        tools.map((tool) => JSON.stringify(tool)),
        Infinity,
      ))
    );
  }
}

function sum(shown: readonly Shown[]): number {
  return shown.reduce((total, { tokens }) => total + tokens, 0);
}

function traceOf(tokens: number, shown: readonly Shown[]): ContextTrace {
  const traces = shown.map(({ trace }) => trace);
  const leftOut = Object.assign({}, ...traces.map((trace) => trace.left_out)) as ContextTrace['left_out'];
  return {
    tokens,
    turns: 0,
    ...(Object.assign({}, ...traces) as Partial<ContextTrace>),
    ...(Object.keys(leftOut ?? {}).length > 0 ? { left_out: leftOut } : {}),
  };
}
