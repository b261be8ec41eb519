import type { AIMessageChunk } from '@langchain/core/messages';
import { type ChatAnthropicCallOptions, ChatAnthropicMessages } from '@langchain/anthropic';
import type { LlmConfig } from '../../config/config.js';
import type { ModelRequest } from '../llm.contract.js';
import { toChatMessages } from './chat-messages.js';
import {
  BadAnswerError,
  type ModelProvider,
  type ProviderChunk,
  type ToolCallPiece,
} from './model-provider.contract.js';
import type { ModelTransport } from './model-transport.js';

const DEFAULT_URL = 'https://api.anthropic.com';

interface LeanCallOptions extends ChatAnthropicCallOptions {
  readonly request?: ModelRequest | undefined;
}

/** LangChain's chat model with a limit and tools a call. Its chunks are taken below the callback manager, so no tracer sees them. */
class LeanChatAnthropic extends ChatAnthropicMessages<LeanCallOptions> {
  override invocationParams(
    options?: this['ParsedCallOptions'],
  ): ReturnType<ChatAnthropicMessages['invocationParams']> {
    const params = super.invocationParams(options);
    const { maxOutputTokens: limit = params.max_tokens, ...request } = options?.request ?? {};
    return { ...params, ...toolParams(request), max_tokens: Math.min(limit, params.max_tokens) };
  }
}

function toolParams({ tools = [], answerNow }: Pick<ModelRequest, 'tools' | 'answerNow'>) {
  if (tools.length === 0) return {};
  return {
    tools: tools.map(({ name, description, parameters }) => ({
      name,
      description,
      input_schema: parameters as { type: 'object' },
    })),
    ...(answerNow ? { tool_choice: { type: 'none' as const } } : {}),
  };
}

/** Anthropic, or a server that speaks its messages protocol. */
export class AnthropicProvider implements ModelProvider {
  readonly name = 'anthropic';
  readonly keyVariable = 'ANTHROPIC_API_KEY';
  readonly modelVariable = 'ANTHROPIC_MODEL';
  readonly model: string;
  private readonly chat: LeanChatAnthropic;

  constructor(config: NonNullable<LlmConfig['anthropic']>, transport: ModelTransport) {
    this.model = config.model;
    this.chat = new LeanChatAnthropic({
      model: config.model,
      apiKey: config.apiKey,
      anthropicApiUrl: config.baseUrl ?? DEFAULT_URL,
      streamUsage: true,
      maxRetries: 0,
      clientOptions: { fetch: transport.fetch, logLevel: 'off' },
    });
  }

  async *stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ProviderChunk> {
    for await (const { message } of this.chat._streamResponseChunks(toChatMessages(request), {
      signal,
      request,
    })) {
      const chunk = message as AIMessageChunk;
      yield { text: textOf(chunk), calls: callsOf(chunk), ...metaOf(chunk) };
    }
  }
}

/** With tools in the request the content is a list of blocks, of which only text is shown. */
function textOf({ content }: AIMessageChunk): string {
  if (typeof content === 'string') return content;
  return content
    .map((block) => (block.type === 'text' && typeof block['text'] === 'string' ? block['text'] : ''))
    .join('');
}

function callsOf({ tool_call_chunks: pieces = [] }: AIMessageChunk): ToolCallPiece[] {
  return pieces.map(({ index, id, name, args: text = '' }) => {
    if (typeof text !== 'string') throw new BadAnswerError('The arguments of a call are not a text');
    return { index, id, name, text };
  });
}

/** The first chunk counts the input, the last one the output and why it ended; an unfinished answer has no reason. */
function metaOf(message: AIMessageChunk): Omit<ProviderChunk, 'text'> {
  const usage = message.usage_metadata;
  const reason = message.additional_kwargs['stop_reason'];
  return {
    ...(usage && usage.input_tokens > 0 ? { inputTokens: usage.input_tokens } : {}),
    ...(usage ? { outputTokens: usage.output_tokens } : {}),
    ...(typeof reason === 'string' ? { finishReason: reason } : {}),
  };
}
