import { Module } from '@nestjs/common';
import { LlmModule } from '../llm/llm.module.js';
import { BackgroundModel } from './background-model.service.js';
import { MemoryService } from './memory.service.js';
import { ModelGauge } from './model-gauge.service.js';
import { SummariesRepository } from './summaries.repository.js';
import { SummaryKeeper } from './summary-keeper.service.js';
import { SummaryWriter } from './summary-writer.service.js';
import { TitleKeeper } from './titles/title-keeper.service.js';
import { TitlesRepository } from './titles/titles.repository.js';
import { TokenCounter } from './token-counter.js';

/** What a model gets to see of a conversation. */
@Module({
  imports: [LlmModule],
  providers: [
    ...[TokenCounter, ModelGauge, MemoryService, BackgroundModel],
    ...[SummariesRepository, SummaryWriter, SummaryKeeper, TitlesRepository, TitleKeeper],
  ],
  exports: [MemoryService, SummaryKeeper, TitleKeeper, TokenCounter],
})
export class MemoryModule {}
