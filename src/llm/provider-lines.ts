import type { LlmConfig } from '../config/config.js';
import { LlmStatus, type ProviderState } from './llm-status.js';
import { type CallObserver, LINE_LIMITS, type LineLimits, ProviderLine } from './provider-line.js';
import { AnthropicProvider } from './providers/anthropic.provider.js';
import type { ModelProvider } from './providers/model-provider.contract.js';
import type { ModelTransport } from './providers/model-transport.js';
import { OpenAiProvider } from './providers/openai.provider.js';

const KNOWN = ['openai', 'anthropic'] as const;

/** The configured providers in the order in which they are asked: one client each for the life of the process. */
export class ProviderLines extends LlmStatus {
  readonly all: readonly ProviderLine[];

  constructor(
    config: LlmConfig,
    transport: ModelTransport,
    onCallEnd: CallObserver,
    limits: Partial<LineLimits> = {},
  ) {
    super();
    const { timeout: silence, maxOutputTokens: outputTokens } = config;
    const line: LineLimits = { ...LINE_LIMITS, silence, outputTokens, ...limits };
    const providers: ModelProvider[] = [];
    if (config.openai) providers.push(new OpenAiProvider(config.openai, transport));
    if (config.anthropic) providers.push(new AnthropicProvider(config.anthropic, transport));
    if (config.first === 'anthropic') providers.reverse();
    this.all = providers.map((provider) => new ProviderLine(provider, line, onCallEnd));
  }

  providers(): ProviderState[] {
    const configured = this.all.map((line) => line.state);
    const names = new Set(configured.map(({ name }) => name));
    const missing = KNOWN.filter((name) => !names.has(name));
    return [
      ...configured,
      ...missing.map((name): ProviderState => ({ name, model: null, state: 'not_configured' })),
    ];
  }
}
