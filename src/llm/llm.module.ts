import { Module } from '@nestjs/common';
import { LlmConfig } from '../config/config.js';
import { FallbackModel } from './fallback-model.service.js';
import { LanguageModel } from './llm.contract.js';
import { LlmStatus } from './llm-status.js';
import { ProviderLines } from './provider-lines.js';
import { ModelTransport } from './providers/model-transport.js';

/** The language models: the port `LanguageModel`, and `LlmStatus` for the health view. */
@Module({
  providers: [
    ModelTransport,
    {
      provide: ProviderLines,
      inject: [LlmConfig, ModelTransport],
      useFactory: (config: LlmConfig, transport: ModelTransport) => new ProviderLines(config, transport),
    },
    { provide: LanguageModel, useClass: FallbackModel },
    { provide: LlmStatus, useExisting: ProviderLines },
  ],
  exports: [LanguageModel, LlmStatus],
})
export class LlmModule {}
