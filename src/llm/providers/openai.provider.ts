import type { Readable } from 'node:stream';
import { ChatOpenAICompletions, convertMessagesToCompletionsMessageParams } from '@langchain/openai';
import { createParser } from 'eventsource-parser';
import type { LlmConfig } from '../../config/config.js';
import type { ModelRequest } from '../llm.contract.js';
import { toChatMessages } from './chat-messages.js';
import { CompletionReader } from './completion-reader.js';
import { BadAnswerError, type ModelProvider, type ProviderChunk } from './model-provider.contract.js';
import type { ModelTransport } from './model-transport.js';

const DEFAULT_URL = 'https://api.openai.com/v1';
/** Compatible servers need none, but the SDK insists on one. */
const NO_KEY = 'not-needed';
/** Characters of one event. */
const MAX_EVENT = 1024 * 1024;
/** Milliseconds for which the end of the body is awaited after the answer is complete, to keep the connection. */
const DRAIN = 1000;

/**
 * LangChain's chat model with a shorter way from the socket to the text: it converts messages and builds the
 * request, the SDK behind it sends it, and the raw event stream is read here once instead of through the SDK's
 * four generators, LangChain's two chunk objects a token and its callback manager (which no tracer then sees).
 */
class LeanChatOpenAI extends ChatOpenAICompletions {
  async open(request: ModelRequest, signal: AbortSignal): Promise<Readable> {
    const options = this._getClientOptions({ signal });
    const params = this.invocationParams(undefined, { streaming: true });
    const limit = 'max_completion_tokens' in params ? 'max_completion_tokens' : 'max_tokens';
    const messages = convertMessagesToCompletionsMessageParams({
      messages: toChatMessages(request),
      model: this.model,
    });
    const response = await this.client.chat.completions
      .create(
        { ...params, ...toolParams(request), messages, stream: true, [limit]: request.maxOutputTokens },
        options,
      )
      .asResponse();
    return response.body as unknown as Readable;
  }
}

function toolParams({ tools = [], answerNow }: ModelRequest) {
  if (tools.length === 0) return {};
  return {
    tools: tools.map((tool) => ({ type: 'function' as const, function: { ...tool } })),
    ...(answerNow ? { tool_choice: 'none' as const } : {}),
  };
}

/** OpenAI, or any server that speaks its chat completions protocol. */
export class OpenAiProvider implements ModelProvider {
  readonly name = 'openai';
  readonly keyVariable = 'OPENAI_API_KEY';
  readonly modelVariable = 'OPENAI_MODEL';
  readonly model: string;
  private readonly chat: LeanChatOpenAI;

  constructor(config: NonNullable<LlmConfig['openai']>, transport: ModelTransport) {
    this.model = config.model;
    this.chat = new LeanChatOpenAI({
      model: config.model,
      apiKey: config.apiKey ?? NO_KEY,
      streamUsage: true,
      maxRetries: 0,
      configuration: { baseURL: config.baseUrl ?? DEFAULT_URL, fetch: transport.fetch, logLevel: 'off' },
    });
  }

  async *stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ProviderChunk> {
    const body = await this.chat.open(request, signal);
    const reader = new CompletionReader();
    const parser = createParser({
      maxBufferSize: MAX_EVENT,
      onEvent: ({ data }) => reader.take(data),
      onError: (error) => {
        if (error.type === 'max-buffer-size-exceeded') throw new BadAnswerError('One event is too long');
      },
    });
    body.setEncoding('utf8');
    try {
      for await (const piece of body.iterator({ destroyOnReturn: false })) {
        parser.feed(piece as string);
        const read = reader.flush();
        if (read) yield read;
        if (read?.complete) return;
      }
    } finally {
      release(body, reader.complete);
    }
  }
}

/** Gives the connection back to the pool when the answer is complete, and closes it otherwise. */
function release(body: Readable, complete: boolean): void {
  if (body.destroyed || body.readableEnded) return;
  if (!complete) {
    body.destroy();
    return;
  }
  const timer = setTimeout(() => body.destroy(), DRAIN).unref();
  body.once('close', () => clearTimeout(timer));
  body.on('error', () => undefined);
  body.resume();
}
