import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Principal } from '../auth/principal.js';
import { ChatConfig } from '../config/config.js';
import { ConversationsReader, type PastMessage } from '../conversations/conversations.reader.js';
import { LanguageModel, type ModelMessage, type ModelRequest } from '../llm/llm.contract.js';
import { systemPrompt } from '../llm/system-prompt.js';
import { fencePageContext } from './page-context.js';
import { TokenCounter } from './token-counter.js';

/** Tokens that a message costs beside its text. */
const PER_MESSAGE = 4;

/** The question that is about to be asked, and where it stands. */
export interface MemoryTurn {
  readonly principal: Principal;
  readonly sessionId: string;
  readonly question: { readonly id: string; readonly content: string };
  readonly context: Readonly<Record<string, unknown>>;
  /** The newest messages before the question, oldest first, where they are at hand; else they are read. */
  readonly past?: readonly PastMessage[] | undefined;
  /** Added to the system prompt of the role. */
  readonly instructions?: string;
}

export interface MemoryLimits {
  /** Messages of the conversation, the question included. */
  readonly maxMessages: number;
  /** Tokens of everything that the model is given. */
  readonly maxTokens: number;
}

/** What a model gets to see of a conversation. */
@Injectable()
export class MemoryService implements OnModuleInit {
  constructor(
    private readonly conversations: ConversationsReader,
    private readonly counter: TokenCounter,
    private readonly model: LanguageModel,
    private readonly config: ChatConfig,
  ) {}

  /** The encoding is loaded before the first question where a model is there to be asked. */
  async onModuleInit(): Promise<void> {
    if (this.model.configured) await this.counter.load();
  }

  /**
   * Builds the request for a turn: the system prompt of the role, the newest whole turns that fit, the page's context
   * fenced as data, the question last. System prompt, context and question are never dropped; the history is what gives way.
   */
  async contextFor(turn: MemoryTurn, limits: MemoryLimits): Promise<ModelRequest> {
    const system = [systemPrompt(turn.principal.role), turn.instructions].filter(Boolean).join('\n\n');
    const fence = fencePageContext(turn.context);
    const last: ModelMessage[] = [
      ...(fence === undefined ? [] : [{ role: 'user', content: fence } as const]),
      { role: 'user', content: turn.question.content },
    ];
    const room = Math.min(limits.maxMessages, this.config.maxHistory) - 1;
    const past = await this.past(turn, room);
    const budget = await this.left(limits.maxTokens, [system, ...last.map(({ content }) => content)]);
    return { system, messages: [...(await this.newestTurns(past, budget)), ...last] };
  }

  private async past(turn: MemoryTurn, room: number): Promise<readonly PastMessage[]> {
    if (room <= 0) return [];
    if (turn.past) return turn.past.slice(-room);
    return this.conversations.messagesBefore(turn.principal, turn.sessionId, turn.question.id, room);
  }

  /** What remains of `budget` after `texts`; counting stops once nothing does. */
  private async left(budget: number, texts: readonly string[]): Promise<number> {
    let left = budget;
    for (const text of texts) {
      if (left < 0) break;
      left -= PER_MESSAGE + (await this.counter.count(text, left));
    }
    return left;
  }

  private async newestTurns(past: readonly PastMessage[], budget: number): Promise<readonly ModelMessage[]> {
    let start = past.length;
    let left = budget;
    for (const begin of turnStarts(past).reverse()) {
      left = await this.left(
        left,
        past.slice(begin, start).map(({ content }) => content),
      );
      if (left < 0) break;
      start = begin;
    }
    return past.slice(start).map(({ role, content }) => ({ role, content }));
  }
}

/** A turn begins with a question and holds the answers to it; what precedes the first question belongs to no whole turn. */
function turnStarts(past: readonly PastMessage[]): number[] {
  return past.flatMap(({ role }, index) => (role === 'user' ? [index] : []));
}
