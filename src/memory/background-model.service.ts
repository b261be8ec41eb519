import { Injectable, Logger } from '@nestjs/common';
import { toAppError } from '../common/errors/error-body.js';
import { LanguageModel, type ModelEvent, type ModelRequest } from '../llm/llm.contract.js';
import type { BackgroundUsage } from './memory.contract.js';

/** Milliseconds that a model may take. */
const PATIENCE = 45_000;

type End = Extract<ModelEvent, { type: 'end' }>;

export interface Said {
  /** Perhaps cut off. */
  readonly text: string;
  readonly usage: BackgroundUsage | undefined;
}

/** The language model, asked for what nobody waits for. */
@Injectable()
export class BackgroundModel {
  private readonly logger = new Logger(BackgroundModel.name);

  constructor(private readonly model: LanguageModel) {}

  get configured(): boolean {
    return this.model.configured;
  }

  /** In: `what`, for the log. Never throws for a model, whose failure is logged; throws the reason of `signal`. */
  async ask(what: string, request: ModelRequest, signal: AbortSignal): Promise<Said> {
    const pieces: string[] = [];
    let end: End | undefined;
    try {
      const bounded = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]);
      for await (const event of this.model.stream(request, bounded)) {
        if (event.type === 'delta') pieces.push(event.text);
        if (event.type === 'end') end = event;
      }
    } catch (error) {
      signal.throwIfAborted();
      this.logger.warn({ code: toAppError(error).code }, `a model made no ${what}; it is made without one`);
    }
    return { text: pieces.join(''), usage: end && usageOf(end) };
  }
}

function usageOf({ provider, model, inputTokens, outputTokens }: End): BackgroundUsage {
  return { provider, model, inputTokens: inputTokens ?? 0, outputTokens: outputTokens ?? 0 };
}
