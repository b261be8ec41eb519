import { Module } from '@nestjs/common';
import { LlmConfig } from '../config/config.js';
import { Metrics } from '../monitoring/metrics/metrics.js';
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
      inject: [LlmConfig, ModelTransport, Metrics],
      useFactory: (config: LlmConfig, transport: ModelTransport, metrics: Metrics) =>
        new ProviderLines(config, transport, (provider, outcome) =>
          metrics.llmRequests.inc({ provider, outcome }),
        ),
    },
    { provide: LanguageModel, useClass: FallbackModel },
    { provide: LlmStatus, useExisting: ProviderLines },
  ],
  exports: [LanguageModel, LlmStatus],
})
export class LlmModule {}
