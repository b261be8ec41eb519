import { Injectable } from '@nestjs/common';
import { AppError } from '../common/errors/app-error.js';
import { LanguageModel, type ModelEvent, type ModelRequest } from './llm.contract.js';
import { LlmErrors } from './llm.errors.js';
import type { ModelAnswer } from './model-answer.js';
import type { ProviderLine } from './provider-line.js';
import { ProviderLines } from './provider-lines.js';

const NO_PROVIDER =
  'No language model is configured. Whoever runs this service can set OPENAI_API_KEY, OPENAI_BASE_URL or ANTHROPIC_API_KEY.';

interface OpenedAnswer {
  readonly line: ProviderLine;
  readonly answer: ModelAnswer;
}

/** Asks the configured providers in their order; the next one is asked only before the first text of an answer. */
@Injectable()
export class FallbackModel extends LanguageModel {
  constructor(private readonly lines: ProviderLines) {
    super();
  }

  get configured(): boolean {
    return this.lines.all.length > 0;
  }

  async *stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
    const { line, answer } = await this.open(request, signal);
    yield* line.follow(answer);
  }

  private async open(request: ModelRequest, signal: AbortSignal): Promise<OpenedAnswer> {
    const failures: AppError[] = [];
    for (const [index, line] of this.lines.all.entries()) {
      try {
        return { line, answer: await line.open(request, signal, index === this.lines.all.length - 1) };
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        failures.push(error);
      }
    }
    throw (
      failures.find((failure) => failure.retriable) ??
      failures[0] ??
      new AppError(LlmErrors.LLM_NO_PROVIDER, NO_PROVIDER)
    );
  }
}
