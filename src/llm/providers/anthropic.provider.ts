import type { AIMessageChunk } from '@langchain/core/messages';
import { type ChatAnthropicCallOptions, ChatAnthropicMessages } from '@langchain/anthropic';
import type { LlmConfig } from '../../config/config.js';
import type { ModelRequest } from '../llm.contract.js';
import { toChatMessages } from './chat-messages.js';
import type { ModelProvider, ProviderChunk } from './model-provider.contract.js';
import type { ModelTransport } from './model-transport.js';

const DEFAULT_URL = 'https://api.anthropic.com';

interface LeanCallOptions extends ChatAnthropicCallOptions {
  readonly maxOutputTokens?: number | undefined;
}

/** LangChain's chat model with a limit a call. Its chunks are taken below the callback manager, so no tracer sees them. */
class LeanChatAnthropic extends ChatAnthropicMessages<LeanCallOptions> {
  override invocationParams(
    options?: this['ParsedCallOptions'],
  ): ReturnType<ChatAnthropicMessages['invocationParams']> {
    const params = super.invocationParams(options);
    const limit = options?.maxOutputTokens;
    return limit === undefined ? params : { ...params, max_tokens: Math.min(limit, params.max_tokens) };
  }
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
    const options = { signal, maxOutputTokens: request.maxOutputTokens };
    for await (const { text, message } of this.chat._streamResponseChunks(toChatMessages(request), options)) {
      yield { text, ...metaOf(message as AIMessageChunk) };
    }
  }
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
